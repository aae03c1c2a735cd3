from dump.field import table
from dump.readers import part, whole

FIELDS = table(
    "HTTP",
    ("Request", part(r"^(\S+)", whole), "http.request.method"),
    ("Request", part(r"^\S+ (\S+)", whole), "http.request.uri"),
    ("Response", part(r"^HTTP/[\d.]+ (\d+)"), "http.response.code"),
    ("Response", part(r"^HTTP/[\d.]+ \d+ (.*)", whole), "http.response.phrase"))
