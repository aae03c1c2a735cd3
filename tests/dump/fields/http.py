from dump.field import table
from dump.readers import part, text

FIELDS = table(
    "HTTP",
    ("First line", part(r"^(?!HTTP/)(\S+)", text), "http.request.method"),
    ("First line", part(r"^(?!HTTP/)\S+ (\S+)", text), "http.request.uri"),
    ("First line", part(r"^HTTP/[\d.]+ (\d+)"), "http.response.code"),
    ("First line", part(r"^HTTP/[\d.]+ \S+ (.*)", text), "http.response.phrase"))
