"""Word lists that rules compare with: placeholders, steps that say nothing, legal forms, shared mail domains."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


PLACEHOLDERS = _words(
    """
    n/a na n.a. n.a none null nil nan nothing unknown unkown undefined empty blank missing test testing tester
    test1 test123 asd asdf asdfg asdfgh qwe qwer qwerty abc abcd xyz foo bar foobar dummy sample example placeholder
    tbd tba tbc todo ? ?? - -- . .. _ __ * ** / // + x xx xxx 0 1 123 1234 12345 123456 1234567 12345678
    123456789 1234567890 0123456789 +45 +46 +47 +358
    ukendt ingen intet mangler okänd saknas ingenting ukjent tuntematon puuttuu testi prøve
    """
) | {"not available", "not known", "not applicable", "to be defined", "to be done", "ved ikke", "vet ikke", "vet ej"}
"""Compared with the whole value, in lower case and without spaces around it."""

VAGUE_STEPS = PLACEHOLDERS | {
    *("follow up", "follow-up", "followup", "follow", "fu", "f/u", "check", "check in", "check-in", "next step"),
    *("call", "call back", "callback", "call customer", "phone", "ring", "ringe", "ring op", "ring til kunden"),
    *("mail", "email", "e-mail", "send mail", "send email", "send e-mail", "meeting", "book meeting", "visit"),
    *("contact", "contact customer", "wait", "waiting", "pending", "ongoing", "in progress", "later"),
    *("følg op", "opfølgning", "opfølging", "følge op", "kontakt", "møde", "afventer", "vent", "i gang"),
    *("følg opp", "oppfølging", "følge opp", "møte", "avventer", "venter"),
    *("följ upp", "uppföljning", "följa upp", "möte", "väntar", "avvaktar", "kontakta"),
    *("seuranta", "soita", "tapaaminen", "odottaa", "yhteydenotto"),
}
"""Compared with the whole text, in lower case, without full stops and exclamation marks."""

TEST_MAILBOXES = ("test", "none", "noemail", "no-email", "nomail", "ingen", "na", "n/a", "x", "xx", "xxx", "asdf", "a")
_TOPS = ("com", "org", "net", "dk", "no", "se")
TEST_MAIL_DOMAINS = tuple(f"{name}.{top}" for name in ("example", "test") for top in _TOPS)

LEGAL_FORMS = _words(
    """
    a/s as aps ap/s ivs i/s k/s p/s amba asa ans da enk ab hb kb oy oyj ky ltd limited plc llc llp inc corp co
    gmbh ag kg ug bv nv sa sarl srl spa sp zoo ou oü uab sia ehf hf group holding
    """
)

SHARED_MAIL_DOMAINS = _words(
    """
    gmail.com googlemail.com hotmail.com hotmail.dk hotmail.no hotmail.se outlook.com outlook.dk live.com live.dk
    live.no live.se yahoo.com yahoo.no yahoo.se icloud.com me.com msn.com mail.dk mail.com protonmail.com proton.me
    online.no telia.com telia.dk jubii.dk ofir.dk post.tele.dk
    """
)
"""Domains that many share who have nothing else in common."""
