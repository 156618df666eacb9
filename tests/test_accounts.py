"""Who comes in: the password, how often it may be wrong, the second factor, invitations."""

import re
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import User
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from cimplan.accounts.links import link_to_set_password
from cimplan.groups import ADMINISTRATOR, EDITOR
from tests import factories as make
from tests.pages import blocked_by_policy, text_of

pytestmark = pytest.mark.django_db

LOGIN, SECOND, DESK = "/admin/login/", "/admin/second-factor/", "/admin/"
PASSWORD = "a password nobody guesses"
LINK = re.compile(r"https?://[^/\s]+(/admin/new-password/\S+)")


def account(**kwargs: Any) -> User:
    user = make.UserFactory(**{"groups": [EDITOR], "email": "ana@example.org", **kwargs})
    user.set_password(PASSWORD)
    user.save()
    return user


def log_in(client: Client, name: str, password: str = PASSWORD, **kwargs: Any) -> Any:
    return client.post(LOGIN, {"username": name, "password": password, "next": DESK}, **kwargs)


def code_of(device: TOTPDevice, *, later: int = 0) -> str:
    """What the app shows, `later` half minutes from now."""
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift)
    totp.time = timezone.now().timestamp() + later * device.step
    return f"{totp.token():06d}"


class TestPasswords:
    def test_the_sixth_wrong_one_is_refused_and_so_is_the_right_one_then(self, client) -> None:
        user = account()
        for _ in range(5):
            log_in(client, user.username, "wrong")
        assert log_in(client, user.username, "wrong").status_code == 429
        refused = log_in(client, user.username)
        assert refused.status_code == 429
        assert "Too many wrong passwords" in text_of(refused)

    def test_a_new_password_by_a_link_opens_at_once_there_and_nowhere_else(self, client) -> None:
        user, stranger = account(), Client(REMOTE_ADDR="203.0.113.9")
        for browser in (client, stranger):
            for _ in range(5):
                log_in(browser, user.username, "wrong")
        form = client.get(LINK.search(link_to_set_password(user))[1], follow=True)
        new = {"new_password1": f"{PASSWORD}-new", "new_password2": f"{PASSWORD}-new"}
        client.post(form.request["PATH_INFO"], new)
        assert log_in(stranger, user.username, f"{PASSWORD}-new").status_code == 429
        assert log_in(client, user.username, f"{PASSWORD}-new").status_code == 302

    def test_nobody_is_locked_out_by_somebody_elsewhere(self, client) -> None:
        user = account()
        for _ in range(9):
            log_in(client, user.username, "wrong", REMOTE_ADDR="203.0.113.9")
        assert log_in(client, user.username, REMOTE_ADDR="203.0.113.8").status_code == 302

    def test_behind_a_web_server_the_address_is_the_one_it_names(self, client, settings) -> None:
        settings.LOCAL = False
        user = account()
        for _ in range(6):
            log_in(client, user.username, "wrong", HTTP_X_REAL_IP="203.0.113.9")
        assert log_in(client, user.username, HTTP_X_REAL_IP="203.0.113.9").status_code == 429
        assert log_in(client, user.username, HTTP_X_REAL_IP="203.0.113.8").status_code == 302

    def test_the_weekly_housekeeping_forgets_them(self, client, settings) -> None:
        log_in(client, account().username, "wrong")
        assert AccessAttempt.objects.exists()
        service = settings.BASE_DIR / "deploy" / "cimplan-housekeeping.service"
        commands = re.findall(r"^ExecStart=\S+ manage\.py (.+)$", service.read_text(), re.MULTILINE)
        assert len(commands) == 3
        for command in commands:
            call_command(*command.split())
        assert not AccessAttempt.objects.exists()

    def test_it_is_not_logged(self, client, caplog) -> None:
        caplog.set_level(0)
        user = account()
        for _ in range(6):
            log_in(client, user.username, "geheim-geheim")
        assert user.username in caplog.text
        assert "geheim" not in caplog.text

    def test_who_is_disabled_is_out_with_the_next_request(self, client) -> None:
        user = account()
        log_in(client, user.username)
        assert client.get(DESK).status_code == 200
        User.objects.filter(pk=user.pk).update(is_active=False)
        assert client.get(DESK).status_code == 302


class TestSecondFactor:
    @pytest.fixture(autouse=True)
    def _asked_for(self, settings) -> None:
        settings.SECOND_FACTOR = True

    @pytest.fixture
    def user(self) -> User:
        return account()

    def enrolled(self, client: Client, user: User) -> list[str]:
        """Log in the first time; the recovery codes that were shown."""
        log_in(client, user.username)
        page = client.get(DESK, follow=True)
        device = TOTPDevice.objects.get(user=user)
        assert page.context["key"] in text_of(page)
        shown = client.post(SECOND, {"code": code_of(device)})
        return re.findall(r"<code>(\w+)</code>", shown.content.decode())

    def test_the_first_log_in_enrols(self, client, user) -> None:
        codes = self.enrolled(client, user)
        assert len(set(codes)) == 10
        assert client.get(DESK).status_code == 200

    def test_the_pages_keep_to_the_policy(self, client, user) -> None:
        log_in(client, user.username)
        enrolling = client.get(SECOND)
        codes = client.post(SECOND, {"code": code_of(TOTPDevice.objects.get(user=user))})
        managing = client.get(SECOND)
        client.logout()
        log_in(client, user.username)
        for page in (enrolling, codes, managing, client.get(SECOND)):
            assert page.status_code == 200
            assert blocked_by_policy(page) == []
            assert "no-store" in page["Cache-Control"]

    def test_a_password_alone_opens_nothing(self, client, user) -> None:
        draft = make.MandateFactory(published=False)
        log_in(client, user.username)
        assert client.get(DESK).url.startswith(LOGIN)
        assert client.get(draft.get_absolute_url()).status_code == 404
        self.enrolled(client, user)
        assert client.get(draft.get_absolute_url()).status_code == 200

    def test_then_each_log_in_asks_for_a_code_and_goes_on_to_where_one_was(
        self, client, user
    ) -> None:
        self.enrolled(client, user)
        client.logout()
        log_in(client, user.username)
        asked = client.get("/admin/mandates/mandate/", follow=True)
        assert "one of your recovery codes" in text_of(asked)
        where = asked.redirect_chain[-1][0]
        wrong = client.post(where, {"code": "000000"})
        assert "is not right" in text_of(wrong)
        TOTPDevice.objects.update(throttling_failure_count=0, last_t=-1)
        figures = code_of(TOTPDevice.objects.get(user=user))
        right = client.post(where, {"code": f"{figures[:3]} {figures[3:]}"})
        assert right.url == "/admin/mandates/mandate/"
        assert client.get(right.url).status_code == 200

    def test_a_recovery_code_is_good_once(self, client, user) -> None:
        code = self.enrolled(client, user)[0]
        for status in (302, 200):
            client.logout()
            log_in(client, user.username)
            assert client.post(SECOND, {"code": code.upper()}).status_code == status

    def test_wrong_codes_are_slowed_down(self, client, user) -> None:
        self.enrolled(client, user)
        client.logout()
        log_in(client, user.username)
        for _ in range(3):
            client.post(SECOND, {"code": "000000"})
        TOTPDevice.objects.update(last_t=-1)
        right = code_of(TOTPDevice.objects.get(user=user))
        assert "Wait" in text_of(client.post(SECOND, {"code": right}))

    def test_it_leads_nowhere_else(self, client, user) -> None:
        codes = self.enrolled(client, user)
        client.logout()
        log_in(client, user.username)
        done = client.post(f"{SECOND}?next=https://example.net/", {"code": codes[0]})
        assert done.url == DESK

    def test_new_recovery_codes_take_the_place_of_the_old(self, client, user) -> None:
        old = self.enrolled(client, user)
        assert "10 recovery codes left" in text_of(client.get(SECOND))
        client.post(SECOND)
        assert StaticToken.objects.count() == 10
        assert not StaticToken.objects.filter(token__in=old).exists()

    def test_an_administrator_lets_one_set_it_up_anew_but_not_a_superuser(
        self, client, user
    ) -> None:
        self.enrolled(client, user)
        head = account(username="head", is_superuser=True, groups=[])
        self.enrolled(Client(), head)
        chief = Client()
        self.enrolled(chief, account(username="chief", groups=[ADMINISTRATOR]))
        act = {"action": "forget_second_factor", "_selected_action": [user.pk, head.pk]}
        told = chief.post("/admin/auth/user/", act, follow=True)
        assert "holds all rights" in text_of(told)
        assert not TOTPDevice.objects.filter(user=user).exists()
        assert TOTPDevice.objects.filter(user=head).exists()
        assert client.get(DESK).url.startswith(LOGIN)

    def test_nobody_has_nothing_to_confirm(self, client) -> None:
        assert client.get(SECOND).url == LOGIN


def set_password(client: Client, address: str) -> Any:
    form = client.get(address, follow=True)
    if not form.redirect_chain:
        return form
    words = {"new_password1": PASSWORD, "new_password2": PASSWORD}
    return client.post(form.redirect_chain[-1][0], words, follow=True)


class TestLinks:
    @pytest.fixture(autouse=True)
    def _mail(self, settings) -> None:
        settings.EMAIL_IS_SET_UP = True
        settings.ALLOWED_HOSTS = ["plan.example.org", "testserver"]

    def test_the_first_administrator_is_invited_by_a_command(self, client, capsys) -> None:
        call_command("invite", "ana", "ana@example.org", "--as", "administrator", "--print")
        assert mail.outbox == []
        address = LINK.search(capsys.readouterr().out)[1]
        assert log_in(client, "ana").status_code == 200
        set_password(client, address)
        assert log_in(client, "ana").url == DESK
        assert [group.name for group in User.objects.get().groups.all()] == [ADMINISTRATOR]
        assert "new_password1" not in set_password(Client(), address).content.decode()

    def test_on_ones_own_machine_the_link_is_to_where_it_is_served(self, settings, capsys) -> None:
        settings.LOCAL, settings.ALLOWED_HOSTS = True, ["127.0.0.1"]
        call_command("invite", "ana", "ana@example.org", "--print")
        said = capsys.readouterr().out
        assert "\nhttp://127.0.0.1:8000/admin/" in said
        assert "another port than 8000" in said

    def test_a_link_without_its_last_slash_leads_to_the_form(self, client) -> None:
        user = account()
        whole = LINK.search(link_to_set_password(user))[1]
        address = whole.removesuffix("/")
        assert address != whole
        set_password(client, address)
        assert "new_password1" not in set_password(Client(), address).content.decode()

    def test_an_administrator_invites_by_mail(self, client) -> None:
        client.force_login(make.UserFactory(groups=[ADMINISTRATOR]))
        new = {"username": "luz", "email": "luz@example.org", "is_staff": "on"}
        told = client.post("/admin/auth/user/add/", new, follow=True)
        assert "was sent a link" in text_of(told)
        assert mail.outbox[0].to == ["luz@example.org"]
        assert "https://" in mail.outbox[0].body or "http://" in mail.outbox[0].body
        assert not User.objects.get(username="luz").has_usable_password()
        visitor = Client()
        set_password(visitor, LINK.search(mail.outbox[0].body)[1])
        assert log_in(visitor, "luz").url == DESK

    def test_a_link_does_not_hold_for_ever(self, client, capsys, settings) -> None:
        call_command("invite", "ana", "ana@example.org", "--print")
        address = LINK.search(capsys.readouterr().out)[1]
        settings.PASSWORD_RESET_TIMEOUT = -1
        assert "invalid" in text_of(set_password(client, address))

    def test_who_was_invited_and_came_late_asks_for_another(self, client, capsys) -> None:
        call_command("invite", "ana", "ana@example.org", "--print")
        client.post("/admin/forgotten/", {"email": "ANA@example.org"})
        visitor = Client()
        set_password(visitor, LINK.search(mail.outbox[0].body)[1])
        assert log_in(visitor, "ana").url == DESK

    def test_nobody_learns_who_has_an_account(self, client) -> None:
        account()
        known = client.post("/admin/forgotten/", {"email": "ana@example.org"}, follow=True)
        unknown = client.post("/admin/forgotten/", {"email": "no@example.org"}, follow=True)
        assert text_of(known) == text_of(unknown)
        assert len(mail.outbox) == 1

    def test_without_mail_it_is_said(self, client, settings) -> None:
        settings.EMAIL_IS_SET_UP = False
        assert "sends no mail" in text_of(client.get("/admin/forgotten/"))
        client.force_login(make.UserFactory(groups=[ADMINISTRATOR]))
        new = {"username": "luz", "email": "luz@example.org"}
        told = client.post("/admin/auth/user/add/", new, follow=True)
        assert LINK.search(told.content.decode())

    def test_mail_that_is_not_taken_makes_no_account(self, settings) -> None:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
        with pytest.raises(CommandError, match="could not be sent"):
            call_command("invite", "ana", "ana@example.org")
        assert not User.objects.exists()
        with pytest.raises(CommandError, match=r"The mail server \(127.0.0.1, port 1\)"):
            call_command("sendtestemail", "ana@example.org")

    def test_a_second_invitation_is_for_the_same_person(self, capsys) -> None:
        call_command("invite", "ana", "ana@example.org")
        call_command("invite", "ana", "ana@example.org")
        assert len(mail.outbox) == 2
        with pytest.raises(CommandError, match="another e-mail address"):
            call_command("invite", "ana", "eva@example.org")

    def test_an_invitation_gives_nobody_who_is_here_other_rights_and_says_so(self, capsys) -> None:
        call_command("invite", "ana", "ana@example.org", "--as", "administrator")
        call_command("invite", "ana", "ana@example.org", "--as", "administrator")
        call_command("invite", "ana", "ana@example.org")
        assert len(mail.outbox) == 3
        for role in ("editor", "superuser"):
            with pytest.raises(CommandError, match=f"ana is here, and not as {role}"):
                call_command("invite", "ana", "ana@example.org", "--as", role)
        assert len(mail.outbox) == 3
        assert [group.name for group in User.objects.get().groups.all()] == [ADMINISTRATOR]

    def test_the_mail_can_be_tried(self, settings, capsys) -> None:
        call_command("sendtestemail", "ana@example.org")
        assert len(mail.outbox) == 1
        settings.EMAIL_IS_SET_UP = False
        with pytest.raises(CommandError, match="EMAIL_URL is not set"):
            call_command("sendtestemail", "ana@example.org")
