import pytest

from chatbot.web.origins import OriginError, origin


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("https://clinic.example", "https://clinic.example"),
        ("https://Clinic.Example/", "https://clinic.example"),
        ("https://clinic.example:443", "https://clinic.example"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("https://klinik-süd.example", "https://xn--klinik-sd-x9a.example"),
        ("https://[2001:db8::1]:8443", "https://[2001:db8::1]:8443"),
        ("*", "*"),
    ],
)
def test_an_origin_is_written_as_browsers_write_it(given, written):
    assert origin(given) == written


@pytest.mark.parametrize(
    "given",
    ["", "clinic.example", "https://", "https://*.clinic.example", "https://clinic.example/path",
     "https://clinic.example?x", "ftp://clinic.example", "https://user@clinic.example", "null",
     "https://clinic.example; script-src *", "https://clinic.example 'unsafe-inline'", "https://a:b",
     "https://clinic.example\r\nx: y", "**", "https:// clinic.example", "https://a_b.example,"],
)  # fmt: skip
def test_what_is_no_origin_is_refused_with_an_example(given):
    with pytest.raises(OriginError, match=r"https://clinic\.example"):
        origin(given)
