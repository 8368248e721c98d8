"""The mail server of the tests says what it was told to say."""

import smtplib

import pytest

from tests.support.mail_server import DROP, HOST, MailServer

LETTER = "Subject: Hello\r\n\r\nGood day.\r\n"


def send(server: MailServer) -> None:
    with smtplib.SMTP(HOST, server.port, timeout=5) as client:
        client.sendmail("from@example.org", ["to@example.org"], LETTER)


def test_a_letter_is_taken_and_kept(mail_server: MailServer) -> None:
    send(mail_server)
    (letter,) = mail_server.letters
    assert letter.recipients == ("to@example.org",)
    assert letter.message["Subject"] == "Hello"
    assert letter.text.strip() == "Good day."


@pytest.mark.parametrize("code", [421, 451, 550])
def test_a_refused_letter_is_not_kept_and_the_next_one_is(mail_server: MailServer, code: int) -> None:
    mail_server.answer_letters(f"{code} no")
    with pytest.raises(smtplib.SMTPDataError) as refused:
        send(mail_server)
    assert refused.value.smtp_code == code
    send(mail_server)
    assert len(mail_server.letters) == 1


def test_a_refused_recipient_is_told_before_the_letter(mail_server: MailServer) -> None:
    mail_server.answer_recipients("550 5.1.1 no such person")
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send(mail_server)
    assert mail_server.letters == []


def test_a_connection_dropped_after_the_last_line_leaves_the_letter_taken(mail_server: MailServer) -> None:
    mail_server.answer_letters(DROP)
    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)):
        send(mail_server)
    assert len(mail_server.letters) == 1
