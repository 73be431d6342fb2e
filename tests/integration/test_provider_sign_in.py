"""Signing in at an identity provider that is real, and at one that misbehaves."""

import logging
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx2
import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from cinestats.adapters import oidc_provider
from cinestats.application.access.ports import Account
from cinestats.entrypoints.api.app import create_app
from cinestats.entrypoints.container import Container, make_container
from cinestats.entrypoints.settings import Settings

from .stand_in_issuer import (
    CLIENT_ID,
    CLIENT_SECRET,
    OTHER_KEY,
    PUBLIC_PEM,
    Issuer,
    by_hand,
    running_issuer,
    signed,
)

PASSWORD = "four random words"
ORIGIN = "http://localhost"
PAGES = {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"}
Change = Callable[[Issuer], object]


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with running_issuer() as issuer:
        yield issuer


def make_server(issuer: Issuer, **changed: Any) -> Container:
    settings: dict[str, Any] = {
        "backend": "memory",
        "access": "server",
        "public_url": ORIGIN,
        "oidc_issuer": issuer.url,
        "oidc_client_id": CLIENT_ID,
        "oidc_client_secret": SecretStr(CLIENT_SECRET),
        "oidc_registration": "open",
    }
    return make_container(Settings(**{**settings, **changed}))


@pytest.fixture
def container(issuer: Issuer) -> Container:
    return make_server(issuer)


@pytest.fixture
def browser(container: Container) -> Iterator[TestClient]:
    with browser_of(container) as browser:
        yield browser


def browser_of(container: Container) -> TestClient:
    return TestClient(create_app(container), base_url=ORIGIN, follow_redirects=False)


def way(browser: TestClient, back: str = "") -> str:
    """Where the button leads."""
    begun = browser.get("/session/oidc", params={"back": back} if back else {})
    assert begun.status_code == 303, begun.text
    return str(begun.headers["Location"])


def agree(url: str) -> str:
    """The user agrees at the issuer; where that sends the browser."""
    with httpx2.Client() as elsewhere:
        sent = elsewhere.get(url, headers={"Accept": "*/*"})
    assert sent.status_code == 303, sent.text
    return str(sent.headers["Location"])


def sign_in(browser: TestClient, back: str = "") -> httpx2.Response:
    return browser.get(agree(way(browser, back)))


def reason(answer: httpx2.Response) -> str | None:
    """Why the start says that nobody is signed in; None when somebody is."""
    assert answer.status_code == 303, answer.text
    url = urlsplit(answer.headers["Location"])
    if url.path != "/":
        return None
    return parse_qs(url.query)["refused"][0]


def who(browser: TestClient) -> str | None:
    user: str | None = browser.get("/session").json()["user_id"]
    return user


def accounts(container: Container) -> list[Account]:
    return list(container.accounts().all())


def audited(container: Container) -> list[tuple[str, str, str, str]]:
    trail = container.audit_trail().latest(100)
    return [(each.actor, each.action, each.subject, each.detail) for each in trail][::-1]


ANNA = {"sub": "sub-1", "preferred_username": "anna"}


def test_a_newcomer_gets_an_account_and_a_session(
    issuer: Issuer, container: Container, browser: TestClient
) -> None:
    """The session is like any other, and the next time the same account is found."""
    issuer.user = ANNA
    answer = sign_in(browser, "/u/anna/diary?year=2024")
    assert answer.headers["Location"] == "/u/anna/diary?year=2024"
    cookies = answer.headers.get_list("set-cookie")
    (session,) = (each.lower() for each in cookies if each.startswith("cinestats_session="))
    for flag in ("httponly", "samesite=strict", "path=/", "max-age=2592000"):
        assert flag in session
    assert who(browser) == "anna"
    (account,) = accounts(container)
    assert (account.oidc_issuer, account.oidc_subject) == (issuer.url, "sub-1")
    assert (account.password_hash, account.is_admin, account.privacy) == (
        None,
        False,
        "private",
    )
    assert audited(container) == [("identity provider", "account-added", "anna", "")]
    first = browser.cookies["cinestats_session"]
    issuer.user = {"sub": "sub-1", "preferred_username": "renamed"}
    assert sign_in(browser).headers["Location"] == "/u/anna"
    assert browser.cookies["cinestats_session"] != first
    assert len(accounts(container)) == 1
    assert browser.delete("/session", headers=PAGES).status_code == 204
    assert who(browser) is None


def test_what_the_issuer_is_told(issuer: Issuer, browser: TestClient) -> None:
    """PKCE by SHA-256, a state and a nonce of this attempt alone; the secret in a header."""
    issuer.user = ANNA
    one, two = (dict(parse_qsl(urlsplit(way(browser)).query)) for _ in range(2))
    assert one["code_challenge_method"] == "S256"
    assert one["redirect_uri"] == f"{ORIGIN}/session/oidc/callback"
    for name in ("state", "nonce", "code_challenge"):
        assert one[name] != two[name]
        assert len(one[name]) == 43
    assert reason(sign_in(browser)) is None
    (form,) = issuer.forms
    assert "client_secret" not in form
    assert issuer.asked.count("/.well-known/openid-configuration") == 1


def test_an_issuer_may_want_the_secret_in_the_form(issuer: Issuer) -> None:
    """It says so in its description; and a public client has none."""
    issuer.user = ANNA
    issuer.described = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    with browser_of(make_server(issuer)) as browser:
        assert reason(sign_in(browser)) is None
    assert issuer.forms[0]["client_secret"] == CLIENT_SECRET


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "EdDSA"])
def test_each_algorithm_of_the_settings_works(issuer: Issuer, algorithm: str) -> None:
    """Alone: what is signed with another one is refused."""
    issuer.user = ANNA
    for issuer.algorithm in ("RS256", "ES256", "EdDSA"):
        with browser_of(make_server(issuer, oidc_algorithm=algorithm)) as browser:
            expected = None if issuer.algorithm == algorithm else "invalid"
            assert reason(sign_in(browser)) == expected


def test_the_way_is_bound_to_a_browser_by_a_short_cookie(
    issuer: Issuer, container: Container
) -> None:
    """HttpOnly, SameSite=Lax, ten minutes; over HTTPS with the prefix that binds the host."""
    with browser_of(container) as browser:
        begun = browser.get("/session/oidc").headers["Set-Cookie"].lower()
    for flag in ("cinestats_provider=", "httponly", "samesite=lax", "path=/", "max-age=600"):
        assert flag in begun
    assert "domain" not in begun
    with browser_of(make_server(issuer, public_url="https://localhost")) as browser:
        begun = browser.get("/session/oidc").headers["Set-Cookie"]
    assert begun.startswith("__Host-cinestats_provider=")
    assert "Secure" in begun


def _forged(make: Callable[[dict[str, Any]], str]) -> Change:
    return lambda issuer: setattr(issuer, "forged", make)


def _claims(**changed: Any) -> Change:
    return lambda issuer: issuer.claims.update(changed)


def _back(**changed: str | None) -> Change:
    return lambda issuer: issuer.back.update(changed)


def _answers(status: int, body: bytes) -> Change:
    return lambda issuer: setattr(issuer, "token_answer", (status, body))


HEADER = {"alg": "RS256", "kid": "k1"}
BAD: dict[str, tuple[str, Change]] = {
    "wrong nonce": ("invalid", _claims(nonce="another")),
    "no nonce": ("invalid", _claims(nonce=None)),
    "nonce that is no text": ("invalid", _claims(nonce=["x"])),
    "wrong audience": ("invalid", _claims(aud="another")),
    "no audience": ("invalid", _claims(aud=None)),
    "several audiences, nobody said which": ("invalid", _claims(aud=[CLIENT_ID, "another"])),
    "several audiences, made for another": (
        "invalid",
        _claims(aud=[CLIENT_ID, "another"], azp="another"),
    ),
    "made for another client": ("invalid", _claims(azp="another")),
    "other issuer": ("invalid", _claims(iss="https://other.example")),
    "no issuer": ("invalid", _claims(iss=None)),
    "expired": ("invalid", _claims(exp=1_000_000_000)),
    "never expires": ("invalid", _claims(exp=None)),
    "an end that is none": ("invalid", _claims(exp=[])),
    "an endless end": ("invalid", _claims(exp=float("inf"))),
    "made in the future": ("invalid", _claims(iat=4_000_000_000)),
    "made long ago": ("invalid", _claims(iat=1_000_000_000)),
    "made at no time": ("invalid", _claims(iat=None)),
    "made at a time that is text": ("invalid", _claims(iat="1")),
    "hash of another access token": ("invalid", _claims(at_hash="AAAA")),
    "hash that is no text": ("invalid", _claims(at_hash=1)),
    "no subject": ("invalid", _claims(sub=None)),
    "empty subject": ("invalid", _claims(sub="")),
    "long subject": ("invalid", _claims(sub="s" * 256)),
    "subject that is no ASCII": ("invalid", _claims(sub="sub\u0131")),
    "subject that is no text": ("invalid", _claims(sub=1)),
    "alg none": ("invalid", _forged(lambda c: by_hand({**HEADER, "alg": "none"}, c, None))),
    "unsigned": ("invalid", _forged(lambda c: by_hand(HEADER, c, None))),
    "HS256 with the public key": (
        "invalid",
        _forged(lambda c: by_hand({**HEADER, "alg": "HS256"}, c, PUBLIC_PEM)),
    ),
    "HS256 with the client's secret": (
        "invalid",
        _forged(lambda c: by_hand({**HEADER, "alg": "HS256"}, c, CLIENT_SECRET.encode())),
    ),
    "another key": ("invalid", _forged(lambda c: signed(c, OTHER_KEY))),
    "a key that nobody knows": ("invalid", _forged(lambda c: signed(c, kid="k2"))),
    "a cut token": ("invalid", _forged(lambda c: signed(c)[:-9])),
    "subject changed after signing": (
        "invalid",
        _forged(
            lambda c: ".".join(
                (
                    signed(c).split(".")[0],
                    signed({**c, "sub": "sub-2"}).split(".")[1],
                    signed(c).split(".")[2],
                )
            )
        ),
    ),
    "an empty token": ("invalid", _forged(lambda _: "")),
    "no ID token": ("invalid", _answers(200, b'{"access_token": "x"}')),
    "an ID token that is no text": ("invalid", _answers(200, b'{"id_token": 1}')),
    "expired code": ("invalid", _answers(400, b'{"error": "invalid_grant"}')),
    "wrong client": ("invalid", _answers(401, b'{"error": "invalid_client"}')),
    "no JSON": ("unavailable", _answers(200, b"<html>")),
    "empty answer": ("unavailable", _answers(200, b"")),
    "a list": ("unavailable", _answers(200, b"[]")),
    "deep JSON": ("unavailable", _answers(200, b"[" * 100_000)),
    "too much": ("unavailable", _answers(200, b" " * (2**20 + 1))),
    "the issuer failed": ("unavailable", _answers(500, b"{}")),
    "answer of another issuer": ("invalid", _back(iss="https://other.example")),
    "answer of nobody": ("invalid", _back(iss=None)),
    "no code": ("invalid", _back(code=None)),
    "empty code": ("invalid", _back(code="")),
    "made-up code": ("invalid", _back(code="made-up")),
    "long code": ("invalid", _back(code="c" * 4097)),
    "another state": ("expired", _back(state="another")),
    "no state": ("expired", _back(state=None)),
    "the user said no": ("denied", _back(code=None, error="access_denied")),
    "another error": ("invalid", _back(code=None, error="server_error\r\nX: y")),
}


@pytest.mark.parametrize("bad", BAD)
def test_a_bad_answer_signs_nobody_in(
    issuer: Issuer, container: Container, browser: TestClient, bad: str
) -> None:
    """No account and no session are made, the start says why, and the trail has it.

    Nor does it get at the account that the right answer would be about.
    """
    issuer.user = ANNA
    expected, misbehave = BAD[bad]
    misbehave(issuer)
    answer = sign_in(browser, "/u/anna")
    assert reason(answer) == expected
    assert parse_qs(urlsplit(answer.headers["Location"]).query)["back"] == ["/u/anna"]
    assert "cinestats_session" not in browser.cookies
    assert "cinestats_provider" not in browser.cookies
    assert who(browser) is None
    assert accounts(container) == []
    if expected != "unavailable":  # that is nobody's attempt
        (record,) = audited(container)
        assert record[:3] == ("anonymous", "sign-in-failed", "")
        assert record[3].endswith(f" {expected}")
    container.account_manager().register(
        "anna", None, actor="test", oidc_issuer=issuer.url, oidc_subject="sub-1"
    )
    before = accounts(container)
    assert reason(sign_in(browser)) == expected
    assert who(browser) is None
    assert accounts(container) == before
    assert list(container.credentials().of_user("anna")) == []


def test_the_answer_of_another_browser_is_refused(
    issuer: Issuer, container: Container, browser: TestClient
) -> None:
    """So nobody is signed in as somebody else by a link: the victim has no such attempt."""
    issuer.user = ANNA
    with browser_of(container) as attacker:
        link = agree(way(attacker))
    assert reason(browser.get(link)) == "expired"
    way(browser)  # an attempt of its own does not help
    assert reason(browser.get(link)) == "expired"
    assert who(browser) is None
    assert accounts(container) == []
    assert issuer.forms == []


def test_a_code_of_another_browser_is_worth_nothing(
    issuer: Issuer, container: Container, browser: TestClient
) -> None:
    """Whoever got hold of it has another verifier, which the issuer sees."""
    issuer.user = ANNA
    with browser_of(container) as victim:
        stolen = parse_qs(urlsplit(agree(way(victim))).query)["code"][0]
    own = dict(parse_qsl(urlsplit(way(browser)).query))
    query = {"state": own["state"], "code": stolen, "iss": issuer.url}
    assert reason(browser.get("/session/oidc/callback", params=query)) == "invalid"
    assert who(browser) is None
    assert accounts(container) == []


@pytest.mark.parametrize("lenient", [False, True])
def test_an_answer_counts_once(
    issuer: Issuer, container: Container, browser: TestClient, lenient: bool
) -> None:
    """Also when the browser kept its cookie, and the issuer takes a code twice."""
    issuer.user, issuer.lenient = ANNA, lenient
    link = agree(way(browser))
    kept = browser.cookies["cinestats_provider"]
    assert reason(browser.get(link)) is None
    assert reason(browser.get(link)) == "expired"
    with browser_of(container) as again:
        again.cookies.set("cinestats_provider", kept)
        assert reason(again.get(link)) == "invalid"
        assert who(again) is None
    assert len(list(container.credentials().of_user("anna"))) == 1


@pytest.mark.parametrize(
    "cookie",
    ["", ".", "sign-in.", "sign-in..", "other.secret.", "sign-in", "\u0131", "a" * 3000],
)
def test_a_made_up_cookie_is_none(browser: TestClient, cookie: str) -> None:
    """It is answered as an attempt that was never begun."""
    header = f"cinestats_provider={cookie}".encode()
    answer = browser.get("/session/oidc/callback?state=&code=x", headers={b"Cookie": header})
    assert reason(answer) == "expired"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "//evil.example",
        "https://evil.example/u/anna",
        "/\\evil.example",
        "/u/\\evil.example",
        "/u/..//evil.example",
        "/u//evil.example",
        "/u/../../evil",
        "/u/anna\r\nSet-Cookie: x=y",
        "/u/anna#fragment",
        "/session",
        "javascript:alert(1)",
        "/u/" + "a" * 3000,
    ],
)
def test_it_leads_nowhere_else(issuer: Issuer, browser: TestClient, elsewhere: str) -> None:
    """What is no page of a diary is not gone back to, whether it goes well or not."""
    issuer.user = ANNA
    assert sign_in(browser, elsewhere).headers["Location"] == "/u/anna"
    issuer.back = {"error": "access_denied", "code": None}
    assert sign_in(browser, elsewhere).headers["Location"] == "/?refused=denied"


@pytest.mark.parametrize("name", [None, "", "  ", "a\x00b", "x" * 201, 7, ["anna"], ".."])
def test_a_newcomer_needs_a_name_that_an_account_may_have(
    issuer: Issuer, container: Container, browser: TestClient, name: object
) -> None:
    """Otherwise none is made up."""
    issuer.user = {"sub": "sub-1", "preferred_username": name}
    assert reason(sign_in(browser)) == "nameless"
    assert accounts(container) == []


def test_a_name_that_is_taken_is_not_taken_over(
    issuer: Issuer, container: Container, browser: TestClient
) -> None:
    """By an account, by a diary without one, or by another subject of the same name."""
    manager = container.account_manager()
    manager.register("anna", PASSWORD, actor="test")
    before = accounts(container)
    for issuer.user in (ANNA, {**ANNA, "email": "anna@example.org", "email_verified": True}):
        assert reason(sign_in(browser)) == "taken"
    issuer.user = {"sub": "sub-2", "preferred_username": " anna "}
    assert reason(sign_in(browser)) == "taken"
    assert accounts(container) == before
    assert who(browser) is None


def test_the_same_subject_of_another_issuer_is_somebody_else(
    issuer: Issuer, container: Container, browser: TestClient
) -> None:
    """Who changes the provider lets nobody into the accounts of the one before."""
    container.account_manager().register(
        "anna", None, actor="test", oidc_issuer="https://before.example", oidc_subject="sub-1"
    )
    issuer.user = {"sub": "sub-1", "preferred_username": "mallory"}
    assert reason(sign_in(browser)) is None
    assert who(browser) == "mallory"


def test_a_subject_from_before_there_were_issuers_gets_the_issuer(
    issuer: Issuer, container: Container, browser: TestClient
) -> None:
    """Of whoever comes first from the provider of the settings, and for good."""
    container.account_manager().register("anna", None, actor="test", oidc_subject="sub-1")
    issuer.user = {"sub": "sub-1", "preferred_username": "other"}
    assert reason(sign_in(browser)) is None
    assert who(browser) == "anna"
    (account,) = accounts(container)
    assert account.oidc_issuer == issuer.url


def test_strangers_are_refused_where_accounts_are_made_by_hand(issuer: Issuer) -> None:
    """That is how it is unless the settings say otherwise."""
    issuer.user = ANNA
    container = make_server(issuer, oidc_registration="closed")
    with browser_of(container) as browser:
        assert reason(sign_in(browser)) == "unknown"
        assert accounts(container) == []


def test_guessing_has_to_wait(
    issuer: Issuer, container: Container, browser: TestClient
) -> None:
    """After twenty answers that do not hold; those that do are not counted."""
    issuer.user = ANNA
    for _ in range(25):
        assert reason(sign_in(browser)) is None
    way(browser)
    for _ in range(20):
        assert reason(browser.get("/session/oidc/callback?state=x&code=y")) == "expired"
    assert reason(browser.get("/session/oidc/callback?state=x&code=y")) == "throttled"
    assert len([each for each in audited(container) if each[1] == "sign-in-failed"]) == 20


# ── The issuer is away, or describes itself badly ────────────────────────────────────────


@pytest.mark.parametrize(
    "described",
    [
        {"issuer": "https://other.example"},
        {"issuer": None},
        {"token_endpoint": None},
        {"token_endpoint": 7},
        {"jwks_uri": "file:///etc/hosts"},
        {"jwks_uri": "http://keys.example/jwks"},
        {"token_endpoint": "http://10.0.0.1/token"},
        {"token_endpoint": "https://user:pass@id.example/token"},
        {"token_endpoint": "https://id.example:port/token"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": "https://id.example/a\r\nb"},
        {"padding": "x" * 2**20},
    ],
    ids=str,
)
def test_a_bad_description_is_not_gone_by(issuer: Issuer, described: dict[str, Any]) -> None:
    """No browser is sent there, and no secret."""
    issuer.described = described
    with browser_of(make_server(issuer)) as browser:
        assert reason(browser.get("/session/oidc?back=/u/anna")) == "unavailable"
    assert issuer.asked == ["/.well-known/openid-configuration"]


def test_an_issuer_elsewhere_does_not_lead_to_this_machine() -> None:
    """Else it could make the server ask what only this machine can reach."""
    with pytest.raises(oidc_provider.IssuerSilent, match="leads to this machine"):
        oidc_provider.IssuerHttp("https://id.example").usable("https://127.0.0.1/token")


def test_an_issuer_that_fails_is_not_asked_again_at_once(
    issuer: Issuer, container: Container, browser: TestClient
) -> None:
    """However often somebody presses the button meanwhile."""
    issuer.described = {"issuer": None}
    for _ in range(5):
        assert reason(browser.get("/session/oidc")) == "unavailable"
    assert len(issuer.asked) == 1


def test_a_slow_issuer_is_not_waited_for(
    issuer: Issuer, container: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole exchange has a bounded time."""
    provider = container.identity_provider()
    monkeypatch.setattr(provider._http, "_seconds", 0.5)
    issuer.user, issuer.token_seconds = ANNA, 3
    with browser_of(container) as browser:
        assert reason(sign_in(browser)) == "unavailable"
    assert accounts(container) == []


# ── Linking ──────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def signed_in(container: Container, browser: TestClient) -> TestClient:
    """Anna's browser, signed in by password."""
    container.account_manager().register("anna", PASSWORD, actor="test")
    body = {"user_id": "anna", "password": PASSWORD}
    assert browser.post("/session", json=body, headers=PAGES).status_code == 200
    return browser


def begin_link(browser: TestClient) -> str:
    answer = browser.post("/users/anna/identity", headers=PAGES)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["url"])


def brought(browser: TestClient, link: str) -> dict[str, str]:
    """What the settings page gets in its address."""
    answer = browser.get(link)
    url = urlsplit(answer.headers["Location"])
    assert (answer.status_code, url.path) == (303, "/u/anna/settings")
    return dict(parse_qsl(url.query))


def test_an_account_is_linked_and_unlinked(
    issuer: Issuer, container: Container, signed_in: TestClient
) -> None:
    """Its user signs in either way; the trail has both; other sessions end with the link."""
    issuer.user = {"sub": "sub-1", "preferred_username": "whoever"}
    assert signed_in.get("/users/anna/identity").json() == {
        "user_id": "anna",
        "provider": "127.0.0.1",
        "linked": False,
        "password": True,
    }
    values = brought(signed_in, agree(begin_link(signed_in)))
    linked = signed_in.put("/users/anna/identity", json=values, headers=PAGES)
    assert linked.status_code == 204, linked.text
    assert signed_in.get("/users/anna/identity").json()["linked"] is True
    with browser_of(container) as other:
        assert reason(sign_in(other)) is None
        assert who(other) == "anna"
        assert signed_in.delete("/users/anna/identity", headers=PAGES).status_code == 204
        assert who(other) is None
    assert who(signed_in) == "anna"
    assert audited(container)[1:] == [
        ("anna", "identity-linked", "anna", issuer.url),
        ("anna", "identity-unlinked", "anna", ""),
    ]


def test_linking_needs_the_session_and_the_browser_that_began(
    issuer: Issuer, container: Container, signed_in: TestClient
) -> None:
    """A link that somebody sends brings no stranger's identity into an account."""
    container.account_manager().register("mallory", PASSWORD, actor="test")
    issuer.user = {"sub": "sub-m"}
    with browser_of(container) as mallory:
        body = {"user_id": "mallory", "password": PASSWORD}
        mallory.post("/session", json=body, headers=PAGES)
        sent = agree(mallory.post("/users/mallory/identity", headers=PAGES).json()["url"])
        values = dict(parse_qsl(urlsplit(sent).query))
        stolen = mallory.put("/users/anna/identity", json=values, headers=PAGES)
        assert stolen.status_code == 404
    assert reason(signed_in.get(sent)) == "expired"
    for begin in (lambda: None, lambda: begin_link(signed_in), lambda: way(signed_in)):
        begin()
        refused = signed_in.put("/users/anna/identity", json=values, headers=PAGES)
        assert refused.status_code == 403
    cross_site = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
    assert signed_in.post("/users/anna/identity", headers=cross_site).status_code == 403
    assert issuer.forms == []
    assert all(each.oidc_subject is None for each in accounts(container))


def test_an_attempt_to_sign_in_does_not_link(
    issuer: Issuer, container: Container, signed_in: TestClient
) -> None:
    """Any site can begin one; to link takes the settings page."""
    issuer.user = {"sub": "sub-m"}
    values = dict(parse_qsl(urlsplit(agree(way(signed_in))).query))
    refused = signed_in.put("/users/anna/identity", json=values, headers=PAGES)
    assert refused.status_code == 403
    assert accounts(container)[0].oidc_subject is None


def test_an_identity_has_one_account(
    issuer: Issuer, container: Container, signed_in: TestClient
) -> None:
    """Another account cannot take it, one of before there were issuers included."""
    issuer.user = {"sub": "sub-1"}
    manager = container.account_manager()
    for held_by in (issuer.url, None):
        manager.register(
            "bruno", PASSWORD, actor="test", oidc_issuer=held_by, oidc_subject="sub-1"
        )
        values = brought(signed_in, agree(begin_link(signed_in)))
        refused = signed_in.put("/users/anna/identity", json=values, headers=PAGES)
        assert refused.status_code == 403
        assert "Another account" in refused.json()["detail"]
        assert [each.oidc_subject for each in accounts(container)] == [None, "sub-1"]
        manager.remove("bruno", "test")


def test_the_only_way_in_stays(
    issuer: Issuer, container: Container, browser: TestClient
) -> None:
    """An account without a password is not unlinked."""
    issuer.user = ANNA
    sign_in(browser)
    refused = browser.delete("/users/anna/identity", headers=PAGES)
    assert refused.status_code == 422
    assert "only way" in refused.json()["detail"]
    assert accounts(container)[0].oidc_subject == "sub-1"


def test_an_erased_account_takes_its_identity_along(
    issuer: Issuer, container: Container, browser: TestClient
) -> None:
    """Its user may erase it without a password, and comes back as a newcomer."""
    issuer.user = ANNA
    sign_in(browser)
    body = {"confirm": "anna"}
    erased = browser.request("DELETE", "/users/anna", json=body, headers=PAGES)
    assert erased.status_code == 200, erased.text
    assert accounts(container) == []
    assert container.accounts().of_identity(issuer.url, "sub-1") is None
    made = [each for each in audited(container) if each[1] == "account-added"]
    assert reason(sign_in(browser)) is None
    assert len([each for each in audited(container) if each[1] == "account-added"]) == 2
    assert len(made) == 1


def test_without_a_provider_there_is_nothing(issuer: Issuer) -> None:
    """Neither at the addresses nor on the page."""
    with browser_of(make_server(issuer, oidc_client_id=None, oidc_issuer=None)) as browser:
        for path in ("/session/oidc", "/session/oidc/callback"):
            assert browser.get(path).status_code == 404
        assert browser.get("/session").json()["provider"] is None


def test_no_secret_is_logged_or_kept(
    issuer: Issuer, container: Container, browser: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither the client's, nor a code, nor a token; whoever runs the server sees why."""
    caplog.set_level(logging.DEBUG)
    issuer.user = ANNA
    issuer.claims = {"nonce": "another"}
    link = agree(way(browser))
    browser.get(link)
    said = [each.getMessage() for each in caplog.records if "cinestats" in each.name]
    assert said == [
        "A sign-in at the identity provider failed (invalid): The ID token does not hold: its"
        " nonce is of another attempt."
    ]
    code = parse_qs(urlsplit(link).query)["code"][0]
    for secret in (CLIENT_SECRET, code, issuer.forms[0]["code_verifier"]):
        assert secret not in f"{said} {audited(container)} {container.settings()!r}"
