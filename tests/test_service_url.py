"""
URLs of services, taken apart strictly and put together again.
"""

from __future__ import annotations

import traceback
from contextlib import suppress

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from heroku_support.errors import ServiceURLError
from heroku_support.service_url import LONGEST, ServiceURL, build, parse

UNICODE = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
TEXT = st.text(UNICODE, max_size=20)
HOSTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0:,")),
    st.ip_addresses(v=6).map(str),
)
URLS = st.builds(
    ServiceURL,
    scheme=st.from_regex(r"[a-z][a-z0-9+.-]{0,10}", fullmatch=True),
    user=TEXT,
    password=TEXT,
    host=HOSTS,
    port=st.none() | st.integers(1, 65535),
    path=TEXT,
    query=st.dictionaries(TEXT, st.text(UNICODE, min_size=1, max_size=20), max_size=3),
)

CHARACTER_IN_PASSWORD = "must be percent-encoded: / as %2F, ? as %3F, @ as %40"
WHITE_SPACE = "percent-encode it, a space as %20"
NO_PORT = "has a port that is not a number"
NO_PORT_NUMBER = "has a port that is not between 1 and 65535"


def refusal(url):
    with pytest.raises(ServiceURLError) as caught:
        parse(url)
    return str(caught.value)


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("a://", ServiceURL("a")),
        ("a://h", ServiceURL("a", host="h")),
        ("a://h/", ServiceURL("a", host="h")),
        ("a:///n", ServiceURL("a", path="n")),
        ("a://u@h/n", ServiceURL("a", "u", "", "h", None, "n")),
        ("a://u:p@h:5432/n", ServiceURL("a", "u", "p", "h", 5432, "n")),
        ("a://:p@h", ServiceURL("a", "", "p", "h")),
        ("a://u:@h", ServiceURL("a", "u", "", "h")),
        ("a://h:", ServiceURL("a", host="h")),
        ("a://h//n", ServiceURL("a", host="h", path="/n")),
        ("a://h?b=c", ServiceURL("a", host="h", query={"b": "c"})),
        ("a://h/?b=c&d=e=f&&", ServiceURL("a", host="h", query={"b": "c", "d": "e=f"})),
        ("a://%2Fvar%2Frun/n", ServiceURL("a", host="/var/run", path="n")),
        ("POSTGRES://u:P@H/N", ServiceURL("postgres", "u", "P", "H", None, "N")),
        ("prisma+postgres://h", ServiceURL("prisma+postgres", host="h")),
    ],
)
def test_parts(url, parts):
    assert parse(url) == parts


@pytest.mark.parametrize("url", [" a://h/n", "a://h/n\n", "\t a://h/n \r\n"])
def test_white_space_around_it_is_left_out(url):
    assert parse(url) == ServiceURL("a", host="h", path="n")


@pytest.mark.parametrize(
    ("written", "password"),
    [
        ("p@q", "p@q"),
        ("p:q", "p:q"),
        ("p+q", "p+q"),
        ("p'\"q", "p'\"q"),
        ("p%40q", "p@q"),
        ("p%2540q", "p%40q"),
        ("p%25zz", "p%zz"),
        ("p%2F%3F%23%20", "p/?# "),
        ("Ω", "Ω"),
        ("%CE%A9", "Ω"),
        ("~^|{}", "~^|{}"),
    ],
)
def test_password(written, password):
    assert parse(f"a://u:{written}@h/n").password == password


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("p#q", "percent-encode it as %23"),
        ("p/q", CHARACTER_IN_PASSWORD),
        ("p?q", CHARACTER_IN_PASSWORD),
        ("p?a=b", CHARACTER_IN_PASSWORD),
        ("p%zz", "percent-encode it as %25"),
        ("100%", "percent-encode it as %25"),
        ("%F", "percent-encode it as %25"),
        ("p q", WHITE_SPACE),
        ("p\tq", WHITE_SPACE),
        ("p\nq", WHITE_SPACE),
        ("p\x00q", WHITE_SPACE),
        ("p\x7fq", WHITE_SPACE),
        ("p\u2028q", WHITE_SPACE),
        ("%FF", "is not UTF-8"),
        ("%ED%A0%80", "is not UTF-8"),
        ("\ud800", WHITE_SPACE),
        ("%00", "null byte"),
    ],
)
def test_password_that_must_be_encoded(written, reason):
    assert reason in refusal(f"a://u:{written}@h/n")


@pytest.mark.parametrize("url", ["'a://h'", '"a://h"', "'a://h", 'a://h"', '" a://h "'])
def test_quotes_around_it(url):
    assert refusal(url) == "is in quotes: remove the quotes."


@pytest.mark.parametrize(
    "url",
    ["", " ", "None", "h", "//h", ":", "://", "://h", "1a://h", "a:/h", "é://h"]
    + ["jdbc:postgresql://h/n", "-://h", "a_b://h"],
)
def test_what_is_no_url(url):
    assert refusal(url).startswith("is not a URL: it must read scheme://")


@pytest.mark.parametrize("host", ["::1", "fe80::8a2e:370:7334", "2001:db8::"])
def test_ipv6_host(host):
    parts = parse(f"a://u:p@[{host}]:6000/n")

    assert (parts.host, parts.port) == (host, 6000)


@pytest.mark.parametrize(
    ("address", "hint"),
    [
        ("::1", "write an IPv6 host as [::1]"),
        ("h:1:2", "write an IPv6 host as [::1]"),
        ("h1:5432,h2:5433", "more than one host or port"),
        ("h1:5432,h2", "more than one host or port"),
        ("h1;h2", "more than one host or port"),
        ("h]", "without brackets"),
        ("[::1", "without brackets"),
        ("[::1]x", "without brackets"),
        ("[]", "no IPv6 address"),
        ("[h]", "no IPv6 address"),
        ("[127.0.0.1]", "no IPv6 address"),
        ("[::g]", "no IPv6 address"),
        ("[fe80::1%25eth0]", "leave the zone out"),
        ("h%3A1", "more than one host or port"),
    ],
)
def test_host_that_is_none(address, hint):
    assert hint in refusal(f"a://u:p@{address}/n")


@pytest.mark.parametrize("address", ["h1,h2", "h1,h2:5432", "h1%2Ch2"])
def test_hosts_without_ports_of_their_own_are_more_than_one_host_too(address):
    assert "more than one host or port" in refusal(f"a://u:p@{address}/n")


@pytest.mark.parametrize(
    ("port", "number"), [("1", 1), ("65535", 65535), ("00080", 80), ("", None)]
)
def test_port(port, number):
    assert parse(f"a://h:{port}/n").port == number


@pytest.mark.parametrize(
    ("port", "reason"),
    [
        ("abc", NO_PORT),
        ("-1", NO_PORT),
        ("+1", NO_PORT),
        ("1.5", NO_PORT),
        ("٥٤", NO_PORT),
        ("²", NO_PORT),
        ("%31", NO_PORT),
        ("999999", NO_PORT),
        ("9" * 5000, NO_PORT),
        ("0", NO_PORT_NUMBER),
        ("65536", NO_PORT_NUMBER),
        ("99999", NO_PORT_NUMBER),
    ],
)
def test_port_that_is_none(port, reason):
    assert reason in refusal(f"a://u:p@h:{port}/n")


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("sslmode=require&sslmode=disable", "the same option twice"),
        ("a=1&%61=2", "the same option twice"),
        ("sslmode=", "an option without a value"),
        ("sslmode", "an option without a value"),
        ("a=b@c", CHARACTER_IN_PASSWORD),
        ("a=%FF", "is not UTF-8"),
        ("a=%00", "null byte"),
    ],
)
def test_query_that_is_refused(query, reason):
    assert reason in refusal(f"a://u:p@h/n?{query}")


def test_plus_in_a_query_is_no_space():
    assert parse("a://h/n?a=b+c").query == {"a": "b+c"}


def test_longest():
    assert len(parse("a://" + "h" * (LONGEST - 4)).host) == LONGEST - 4


def test_longer_than_any_url():
    assert refusal("a://" + "h" * 2**20) == f"is longer than {LONGEST} characters."


@pytest.mark.parametrize("name", ["S3cr3t", "token"])
def test_repr_shows_neither_password_nor_options(name):
    parts = parse("a://u:S3cr3t@h/n?token=S3cr3t")

    assert name not in repr(parts)


@pytest.mark.parametrize(
    ("parts", "url"),
    [
        (ServiceURL("a"), "a:///"),
        (ServiceURL("a", "u"), "a://u@/"),
        (ServiceURL("a", "", "p", "h"), "a://:p@h/"),
        (ServiceURL("a", "u", "p/@", "::1", 5, "/n"), "a://u:p%2F%40@[::1]:5/%2Fn"),
        (ServiceURL("a", host="/tmp", query={"b": "&"}), "a://%2Ftmp/?b=%26"),
    ],
)
def test_build(parts, url):
    assert build(parts) == url


@pytest.mark.no_cover
@settings(max_examples=2000)
@given(URLS)
@example(ServiceURL("a", password=":", host="h@h", path="/?#", query={"": "="}))
@example(ServiceURL("a", user="'", host="[", path="\u2028 '"))
def test_what_was_built_is_parsed_into_the_same_parts(parts):
    assert parse(build(parts)) == parts


@settings(max_examples=500)
@given(
    st.text(st.characters())
    | st.text("ab1:/?#[]@%&=+., \udc80\0é'").map("postgres://{}".format)
)
def test_any_text_is_parsed_or_refused(text):
    with suppress(ServiceURLError):
        parse(text)


@pytest.mark.parametrize("part", ["user", "password", "host", "path"])
@pytest.mark.parametrize(
    ("text", "reason"),
    [("S3cr3t\0", "null byte"), ("S3cr3t\udc80", "not UTF-8")],
)
def test_what_no_url_can_carry_is_refused_when_built(part, text, reason):
    with pytest.raises(ServiceURLError, match=reason) as caught:
        build(ServiceURL("a", **{part: text}))

    assert "S3cr" not in "".join(traceback.format_exception(caught.value))
