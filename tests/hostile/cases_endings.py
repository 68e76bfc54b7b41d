"""Answers that do not end as they should: cuts, resets, stalls, too much, nonsense in the middle."""

from __future__ import annotations

from .script import (
    CLOSE,
    CUT,
    DIRECT,
    ENCRYPTED,
    EVERYWHERE,
    HTML,
    RESET,
    STALL,
    Answer,
    Case,
    End,
    Endless,
    Pause,
    Send,
    Step,
    answer,
    head,
    page,
    silent,
    whole,
)

CHUNKED_HEAD = head(HTML, b"Transfer-Encoding: chunked")
LONG_HEAD = head(HTML, b"Content-Length: 5000")
SHORT = 1.2  # seconds that a client waits where the server never goes on
LIMIT = 100_000  # bytes of body that a client takes where the server never ends


def _short(name: str, data: bytes, end: End) -> Case:
    """A response that breaks off; what was sent has arrived before it does."""
    steps = (data, Pause(0.15), end)
    return Case(
        name=name,
        answers=(answer(*steps, truncated="disconnect"),),
        delivered=b"\r\n\r\n" in data,
        routes=DIRECT if end is CLOSE and name == "cut-body" else ("plain",),
    )


CUTS = (
    _short("cut-body", LONG_HEAD + page("cut-body"), CLOSE),
    _short("cut-before-body", LONG_HEAD, CLOSE),
    _short("cut-in-head", b"HTTP/1.1 200 OK\r\nContent-Type: text/h", CLOSE),
    _short("cut-after-status-line", b"HTTP/1.1 200 OK\r\n", CLOSE),
    _short("cut-in-blank-line", LONG_HEAD[:-1], CLOSE),
    _short("cut-in-chunk", CHUNKED_HEAD + b"fff\r\n" + page("cut-in-chunk"), CLOSE),
    _short("cut-in-chunk-size", CHUNKED_HEAD + b"4\r\nabcd\r\n1", CLOSE),
    _short("cut-before-last-chunk", CHUNKED_HEAD + b"4\r\nabcd\r\n", CLOSE),
    _short("cut-after-last-chunk", CHUNKED_HEAD + b"4\r\nabcd\r\n0\r\n", CLOSE),
    _short("cut-in-trailer", CHUNKED_HEAD + b"4\r\nabcd\r\n0\r\nX-Trail", CLOSE),
    _short("cut-before-chunks", CHUNKED_HEAD, CLOSE),
    Case(
        name="cut-tunnel",
        answers=(
            answer(LONG_HEAD, page("cut-tunnel"), Pause(0.15), CLOSE, truncated="disconnect"),
        ),
        routes=("absolute", "connect"),
    ),
    Case(
        name="close-at-once",
        answers=(silent(CLOSE),),
        delivered=False,
        routes=EVERYWHERE,
        why="the request arrived and nothing came back",
    ),
)

RESETS = (
    _short("reset-body", LONG_HEAD + page("reset-body"), RESET),
    _short("reset-in-head", b"HTTP/1.1 200 OK\r\nContent-Type: text/h", RESET),
    _short("reset-in-chunk", CHUNKED_HEAD + b"fff\r\n" + page("reset-in-chunk"), RESET),
    _short("reset-until-close", head(HTML) + page("reset-until-close"), RESET),
    Case(name="reset-at-once", answers=(silent(RESET),), delivered=False),
    Case(
        name="reset-after-length",
        answers=(answer(whole(page("reset-after-length")), Pause(0.15), RESET),),
        why="the response is whole: how the connection dies after it is of no account",
    ),
)

TLS_CUTS = (
    Case(
        name="tls-cut-body",
        answers=(
            answer(LONG_HEAD + page("tls-cut-body"), Pause(0.15), CUT, truncated="disconnect"),
        ),
        routes=ENCRYPTED,
    ),
    Case(
        name="tls-cut-in-head",
        answers=(answer(LONG_HEAD[:-5], Pause(0.15), CUT, truncated="disconnect"),),
        routes=ENCRYPTED,
        delivered=False,
    ),
    Case(
        name="tls-cut-chunk",
        answers=(answer(CHUNKED_HEAD + b"fff\r\nabc", Pause(0.15), CUT, truncated="disconnect"),),
        routes=("tls13", "connect"),
    ),
    Case(
        name="tls-cut-until-close",
        answers=(
            answer(
                head(HTML) + page("tls-cut-until-close"), Pause(0.15), CUT, truncated="disconnect"
            ),
        ),
        routes=ENCRYPTED,
        why="without close_notify such a body is incomplete (RFC 9112, 9.8)",
    ),
    Case(
        name="tls-cut-after-length",
        answers=(answer(whole(page("tls-cut-after-length")), Pause(0.15), CUT),),
        routes=ENCRYPTED,
    ),
    Case(
        name="tls-reset-body",
        answers=(
            answer(LONG_HEAD + page("tls-reset-body"), Pause(0.15), RESET, truncated="disconnect"),
        ),
        routes=("tls13",),
    ),
)


def _stalled(name: str, *steps: bytes | Step) -> Case:
    return Case(
        name=name,
        answers=(answer(*steps, STALL, truncated="time"),),
        timeout=SHORT,
        delivered=False,
        routes=("plain", "tls13") if name == "stall-body" else ("plain",),
    )


STALLS = (
    _stalled("stall-in-head", b"HTTP/1.1 200 OK\r\nContent-Type: text/h"),
    _stalled("stall-before-body", LONG_HEAD),
    _stalled("stall-body", LONG_HEAD + page("stall-body")),
    _stalled("stall-in-chunk", CHUNKED_HEAD + b"fff\r\n" + page("stall-in-chunk")),
    _stalled("stall-until-close", head(HTML) + page("stall-until-close")),
    Case(
        name="stall-silent",
        answers=(silent(STALL),),
        timeout=SHORT,
        delivered=False,
    ),
    Case(
        name="drip",
        answers=(
            Answer(
                steps=(Send(head(HTML)), Endless(b"<p>drip</p>\n", gap=0.05)),
                truncated="time",
                at_least=100,
            ),
        ),
        timeout=SHORT,
        delivered=False,
        why="never silent, never done",
    ),
)


def _too_long(name: str, start: bytes, data: bytes) -> Case:
    least = len(start) if b"Content-Length" in start else LIMIT  # a length announced is enough
    return Case(
        name=name,
        answers=(Answer(steps=(Send(start), Endless(data)), truncated="length", at_least=least),),
        maxsize=LIMIT,
        delivered=False,
        routes=("plain", "tls13") if name == "endless" else ("plain",),
    )


LIMITS = (
    _too_long("endless", head(HTML), page("endless", 10_000)),
    _too_long("endless-chunked", CHUNKED_HEAD, b"2710\r\n" + page("e", 10_000) + b"\r\n"),
    _too_long("endless-in-length", head(b"Content-Length: 90000000"), page("endl", 10_000)),
    Case(
        name="just-too-long",
        answers=(answer(head(HTML) + page("just-too-long", LIMIT + 1), STALL, truncated="length"),),
        maxsize=LIMIT,
        delivered=False,
    ),
    Case(
        name="announced-too-long",
        answers=(answer(head(b"Content-Length: 5000000"), STALL, truncated="length"),),
        maxsize=LIMIT,
        delivered=False,
        why="the client leaves after the head",
    ),
    Case(
        name="just-fits",
        answers=(answer(whole(page("just-fits", LIMIT))),),
        maxsize=LIMIT,
    ),
)


def _nonsense(name: str, data: bytes, why: str) -> Case:
    """The client cannot go on reading; everything came in one packet."""
    return Case(
        name=name,
        answers=(answer(data, Pause(), CLOSE, truncated="unspecified"),),
        delivered=False,
        why=why,
    )


NONSENSE = (
    _nonsense(
        "transfer-coding-unknown",
        head(HTML, b"Transfer-Encoding: identity", b"Content-Length: 5") + b"hello",
        "Twisted knows no transfer coding but chunked and gives up",
    ),
    _nonsense(
        "length-nonsense", head(HTML, b"Content-Length: five") + b"hello", "Twisted gives up"
    ),
    _nonsense(
        "lengths-differ",
        head(HTML, b"Content-Length: 5", b"Content-Length: 6") + b"hello!",
        "two different lengths: Twisted gives up",
    ),
    _nonsense(
        "chunk-size-nonsense",
        CHUNKED_HEAD + b"4\r\nabcd\r\nzz\r\nabcd\r\n0\r\n\r\n",
        "a chunk size that is no number",
    ),
    _nonsense(
        "chunk-too-short",
        CHUNKED_HEAD + b"4\r\nabcdefgh\r\n0\r\n\r\n",
        "more bytes than the chunk's size says",
    ),
    _nonsense(
        "chunked-lies",
        CHUNKED_HEAD + page("chunked-lies") + b"\r\n",
        "says chunked and is plain HTML",
    ),
    Case(
        name="field-too-long",
        answers=(
            Answer(
                steps=(
                    Send(head(HTML, b"X-Long: " + b"x" * 400_000, b"Content-Length: 2") + b"ok"),
                    CLOSE,
                ),
                truncated="unspecified",
                at_least=200_000,
            ),
        ),
        delivered=False,
        why="a header line beyond what the client allows; it leaves in the middle",
    ),
)

CASES = (*CUTS, *RESETS, *TLS_CUTS, *STALLS, *LIMITS, *NONSENSE)
