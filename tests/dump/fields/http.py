from dump.field import table
from dump.readers import part, whole

FIELDS = table(
    "HTTP",
    ("First line", part(r"^(?!HTTP/)(\S+)", whole), "http.request.method"),
    ("First line", part(r"^(?!HTTP/)\S+ (\S+)", whole), "http.request.uri"),
    ("First line", part(r"^HTTP/[\d.]+ (\d+)"), "http.response.code"),
    ("First line", part(r"^HTTP/[\d.]+ \d+ (.*)", whole), "http.response.phrase"))
