"""Whatever is typed or misheard gets a helpful answer, raises nothing and reaches no log in clear."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dialogue.engine import Engine

pytestmark = [pytest.mark.rasa, pytest.mark.slow, pytest.mark.timeout(900)]

ODD = {
    "dots": "...",
    "long": "il y a un trou zqxlong " * 220,
    "one word of 5,000 letters": "zqxword" * 715,
    "emojis": "😡😡🔥",
    "arabic": "مرحبا zqxarabe",
    "russian": "здравствуйте zqxrusse",
    "chinese": "你好我要护照 zqxchine",
    "sql": "'; DROP TABLE reports; -- zqxsql",
    "html": "<script>alert('zqxhtml')</script>",
    "template": "{reference} {zqxtemplate} {{7*7}} %s ${jndi:ldap://zqx}",
    # The gateways let no typed text begin with a slash; Rasa would log it.
    "payload of nobody": "/no_such_intent",
    "payload with entities": '/report_problem{"street": "rue"}',
    "payload broken": '/inform{"street": ',
    "profanity": "putain de zqxmerde de ville de cons",
    "null": "un trou\x00zqxnull",
    "right to left": "\u202eégatuor zqxrtl",
}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
@pytest.mark.parametrize("channel", ["voice", "chat"])
def test_odd_words_get_an_answer_that_asks_something(engine: Engine, text: str, channel: str) -> None:
    answer = engine.conversation(channel=channel).say(text)
    assert answer.names, "some sentence of the city's is said"
    assert answer.text.strip()
    assert "zqx" not in answer.text, "what nobody understood is not read back"
    assert "{" not in answer.text


def test_odd_words_inside_a_report_lead_nowhere_wrong(engine: Engine) -> None:
    talk = engine.conversation()
    assert talk.say("il y a un lampadaire en panne").names == ["utter_report_ask_place"]
    for text in ("😡", "'; DROP TABLE reports; --", "..."):
        assert talk.say(text).text.strip()
    asked = talk.say("12 rue de la République")
    assert "12 rue de la République" in asked.text


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("il y a un lampadaire en panne rue de Rivoli à Paris", ""),
        ("où en est mon signalement 26 9999 9", ""),
        ("vous étiez ouverts le 3 janvier 2019 à l'état civil", "état civil"),
    ],
)
def test_what_cannot_be_is_answered_all_the_same(engine: Engine, text: str, says: str) -> None:
    answer = engine.conversation(caller="").say(text)
    assert answer.names
    assert says in answer.text


def test_no_words_of_callers_in_any_log(engine: Engine) -> None:
    talk = engine.conversation()
    talk.say("zqxsecret il y a un trou zqxlong")
    talk.say("zqxsecret rue de la République")
    folder: Path = engine.desk_path.parent
    logs = list(folder.glob("*.log"))
    assert len(logs) >= 2
    for log in logs:
        assert "zqx" not in log.read_text(encoding="utf-8", errors="replace"), log.name
