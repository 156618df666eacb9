"""The index of words: kept by the database on every write path, the same on both engines."""

import unicodedata
from inspect import getclosurevars

import pytest
from django.core.management import call_command
from django.db import connection, migrations, models, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.test import TransactionTestCase
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from mandates.models import Activity, Actor, Mandate, Resolution
from mandates.models.search import check_index_is_kept
from mandates.search_index import forget_words, index_words
from mandates.search_reach import (
    PLANS,
    PRINTED,
    SUGGESTED,
    TABLES,
    forget_reach,
    index_reach,
)
from mandates.words import MAX_LENGTH, found_in, words_sought
from tests import factories as make
from workplan.models import Section

on_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="triggers of SQLite")


def names_of(rows):
    return [row.slug for row in rows]


def activity(text):
    return make.ActivityFactory(title="Any", description=text)


@pytest.mark.django_db
class TestMatching:
    @pytest.mark.parametrize(
        ("text", "typed"),
        [
            ("To combat trafficking in persons", "traffick"),
            ("To combat trafficking in persons", "TRAFFICKING combat"),
            ("Convention of Belém do Pará", "belem para"),
            ("Convention of Belem do Para", "Belém Pará"),
            ("Convention of Bele\u0301m", "belem"),
            ("Añadir a la Comisión: ÑANDÚ", "comision nandu"),
            ("CIM/RES.219 (XXXI-O/02)", "res.219"),
            ("CIM/RES.219 (XXXI-O/02)", "CIM/RES.219 (XXXI-O/02)"),
            ("and/or http://example.org/a_b e.g. x@y.org -5 1e5", "or example b org 5 1e5"),
            ("women’s rights", "women s"),
            ("Le cœur", "cœur"),
            ("SEPIA I, SEPIA II", "sepia i"),
            ("OR AND NOT NEAR", "near( OR"),
            ("a quote", '"quote'),
            ("a star", "sta*"),
            ("a back slash", "back\\slash"),
        ],
    )
    def test_all_words_are_found_by_their_beginnings(self, text, typed):
        found = activity(text)
        assert list(Activity.objects.matching(typed)) == [found]

    @pytest.mark.parametrize(
        ("text", "typed"),
        [
            ("To combat trafficking", "trafficking children"),
            ("To combat trafficking", "rafficking"),
            ("To combat trafficking", "t"),
            ("SEPIA II", "sepia i"),
            ("in any order", "order OR nothing"),
            ("a b c", "NEAR(a b)"),
        ],
    )
    def test_others_are_not(self, text, typed):
        activity(text)
        assert not Activity.objects.matching(typed).exists()

    @pytest.mark.parametrize(
        "typed",
        [
            "",
            " ",
            "*",
            '"',
            "'",
            "\\",
            "()",
            "&|!:*",
            "-",
            "_",
            "\x00",
            "\x1f",
            "\u0301",
            "…—“”",
            "%",
        ],
    )
    def test_signs_alone_find_nothing_and_break_nothing(self, typed):
        activity("any words * \" ' \\ ( & | _ %")
        assert not Activity.objects.matching(typed).exists()
        assert not Activity.objects.matching(typed).best_first(typed).exists()
        assert not Activity.objects.having_any([]).exists()

    @pytest.mark.parametrize(
        "word", ["a\u0000b", "'; DROP TABLE x; --", '"a" OR "b"', "a:b", "{a b}:c"]
    )
    def test_hostile_words_are_words(self, word):
        found = activity(word.replace("\x00", " "))
        assert list(Activity.objects.matching(word)) == [found]

    def test_a_document_pasted_is_no_error(self):
        activity("any")
        many = " ".join(f"word{number}" for number in range(2000))
        assert not Activity.objects.matching(many).exists()
        assert not Activity.objects.matching("x" * 10_000).exists()

    def test_the_order_of_the_rows_is_theirs(self):
        for slug in ("c", "a", "b"):
            make.ActivityFactory(slug=slug, title="Letter")
        assert names_of(Activity.objects.order_by("-slug").matching("letter")) == ["c", "b", "a"]
        assert names_of(Activity.objects.matching("letter").order_by("slug")) == ["a", "b", "c"]

    def test_it_composes_with_other_conditions(self):
        one = make.MandateFactory(text="On children")
        make.MandateFactory(text="On children")
        make.MandateFactory(resolution=one.resolution, text="On men")
        rows = one.resolution.mandates.matching("children") | Mandate.objects.none()
        assert list(rows) == [one]
        assert list(Resolution.objects.filter(mandates__in=rows)) == [one.resolution]
        assert Mandate.objects.exclude(pk__in=rows.values("pk")).count() == 2

    def test_the_best_are_first_and_equals_in_the_order_of_their_keys(self):
        named = make.ActivityFactory(slug="named", title="Gender")
        long = make.ActivityFactory(slug="long", title="Any", description="gender " + "more " * 50)
        same = [
            make.ActivityFactory(slug=f"same-{n}", title="Any", description="a gender plan")
            for n in "ab"
        ]
        make.ActivityFactory(slug="other")
        found = Activity.objects.matching("gender").best_first("gender")
        assert next(iter(found)) == named
        assert set(found) == {named, long, *same}
        assert [row for row in found if row in same] == same

    def test_having_any_takes_words_or_how_they_begin(self):
        found = activity("To combat trafficking")
        activity("To combat poverty")
        many = [f"nothing{number}" for number in range(25)]
        assert list(Activity.objects.having_any([*many, "trafficking"], whole=True)) == [found]
        assert not Activity.objects.having_any([*many, "traffick"], whole=True).exists()
        assert list(Activity.objects.having_any([*many, "traffick"])) == [found]

    def test_each_model_is_found_by_its_fields(self):
        swept = set()
        makers = {
            "Actor": make.ActorFactory,
            "Activity": make.ActivityFactory,
            "Resolution": make.ResolutionFactory,
            "Mandate": make.MandateFactory,
            "Meeting": make.MeetingFactory,
            "Section": make.SectionFactory,
        }
        for name, maker in makers.items():
            for field in maker._meta.model.searched:
                word = f"quorum-{field}".replace("_", "-")
                found = maker(**{field: word[:20]})
                assert list(type(found).objects.matching(word[:20])) == [found], (name, field)
                swept.add((name, field))
                found.delete()
        assert len(swept) == 3 + 5 + 2 + 4 + 4 + 2


@pytest.mark.django_db
class TestReach:
    """A mandate is found by what one reads with it."""

    def test_words_of_its_resolution_those_above_it_and_its_activities(self):
        resolution = make.ResolutionFactory(title="Trafficking in persons")
        chapeau = make.MandateFactory(resolution=resolution, text="To urge member states to:")
        opening = make.MandateFactory(resolution=resolution, parent=chapeau, text="Consider:")
        child = make.MandateFactory(resolution=resolution, parent=opening, text="Signing it.")
        make.ActivityFactory(title="A letter to ministers").mandates.add(child)
        make.MandateFactory(text="Signing a letter on trafficking otherwise")
        found = Mandate.objects.matching("trafficking urge consider signing ministers")
        assert list(found) == [child]

    def test_a_draft_activity_has_no_word_in_it(self):
        mandate = make.MandateFactory()
        draft = make.ActivityFactory(title="Canary", published=False)
        draft.mandates.add(mandate)
        assert not Mandate.objects.matching("canary").exists()
        Activity.objects.update(published=True)
        assert list(Mandate.objects.matching("canary")) == [mandate]
        Activity.objects.update(published=False)
        assert not Mandate.objects.matching("canary").exists()

    def test_what_changes_elsewhere_changes_it(self):
        first, second = make.MandateFactory(), make.MandateFactory()
        child = make.MandateFactory(resolution=first.resolution, parent=first)
        letter = make.ActivityFactory(title="Letter")

        def found(word):
            return set(Mandate.objects.matching(word))

        letter.mandates.set([first])
        assert found("letter") == {first}
        letter.mandates.set([second])
        assert found("letter") == {second}
        Activity.objects.update(title="Memorandum")
        assert found("letter") == set()
        assert found("memorandum") == {second}
        letter.delete()
        assert found("memorandum") == set()
        Resolution.objects.filter(pk=first.resolution_id).update(title="Quorum")
        assert found("quorum") == {first, child}
        Mandate.objects.filter(pk=first.pk).update(text="Chapeau")
        assert found("chapeau") == {first, child}
        grandchild = make.MandateFactory(resolution=first.resolution, parent=child)
        assert found("chapeau") == {first, child, grandchild}
        Mandate.objects.filter(pk=child.pk).update(parent=None)
        assert found("chapeau") == {first}

    def test_what_is_written_before_what_it_hangs_on(self, tmp_path):
        parent = make.MandateFactory(text="Chapeau", position=900)
        child = make.MandateFactory(resolution=parent.resolution, parent=parent)
        make.ActivityFactory(title="Letter").mandates.add(child)
        file = tmp_path / "fixture.json"
        names = ["mandates.activity", "mandates.mandate", "mandates.resolution"]
        call_command("dumpdata", *names, output=str(file), verbosity=0)
        Activity.objects.all().delete()
        Mandate.objects.filter(parent__isnull=False).delete()
        Mandate.objects.all().delete()
        Resolution.objects.all().delete()
        assert not Mandate.objects.matching("chapeau").exists()
        call_command("loaddata", str(file), verbosity=0)
        assert set(Mandate.objects.matching("chapeau")) == {parent, child}
        assert list(Mandate.objects.matching("letter chapeau")) == [child]


@pytest.mark.django_db
class TestWritePaths:
    """Each is followed by a search that a reader would make."""

    def found(self, word):
        return sorted(actor.slug for actor in Actor.objects.matching(word))

    def actors(self, *slugs):
        return [Actor(slug=slug, name=f"Name {slug}", kind="experts") for slug in slugs]

    def test_save(self):
        actor = make.ActorFactory(slug="a", name="First")
        actor.name = "Second"
        actor.save()
        assert self.found("first") == []
        assert self.found("second") == ["a"]
        actor.published = False
        actor.save()
        assert self.found("second") == ["a"]

    def test_in_bulk(self):
        Actor.objects.bulk_create(self.actors("a", "b"))
        assert self.found("name") == ["a", "b"]
        Actor.objects.bulk_create(self.actors("a", "c"), ignore_conflicts=True)
        assert self.found("name") == ["a", "b", "c"]
        again = self.actors("a")
        again[0].name = "Otherwise"
        Actor.objects.bulk_create(
            again, update_conflicts=True, unique_fields=["slug"], update_fields=["name"]
        )
        assert self.found("otherwise") == ["a"]
        assert self.found("name") == ["b", "c"]
        rows = list(Actor.objects.all())
        for row in rows:
            row.name = "Renamed"
        Actor.objects.bulk_update(rows, ["name"])
        assert self.found("renamed") == ["a", "b", "c"]
        assert self.found("name") == []

    def test_update_and_raw_sql(self):
        Actor.objects.bulk_create(self.actors("a", "b"))
        Actor.objects.filter(slug="a").update(acronym="OIM")
        assert self.found("oim") == ["a"]
        with connection.cursor() as cursor:
            cursor.execute("UPDATE mandates_actor SET name = 'Raw' WHERE slug = 'b'")
        assert self.found("raw") == ["b"]

    def test_delete(self):
        Actor.objects.bulk_create(self.actors("a", "b", "c"))
        Actor.objects.get(slug="a").delete()
        Actor.objects.filter(slug="b").delete()
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM mandates_actor WHERE slug = 'c'")
        assert self.found("name") == []
        new = make.ActorFactory(slug="d", name="Someone else")
        assert self.found("name") == []
        assert self.found("someone") == [new.slug]

    def test_what_is_rolled_back_was_never_there(self):
        with transaction.atomic():
            make.ActorFactory(name="Ephemeral")
            transaction.set_rollback(True)
        assert self.found("ephemeral") == []


class TestFlush(TransactionTestCase):
    """Emptied tables are empty for a search as well."""

    def test_it_empties_the_index(self):
        make.MandateFactory(text="Before the flood")
        assert Mandate.objects.matching("flood").exists()
        call_command("flush", interactive=False, verbosity=0)
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM mandates_mandate_words")
            assert cursor.fetchone() == (0,)
        again = make.MandateFactory(text="After it")
        assert not Mandate.objects.matching("flood").exists()
        assert list(Mandate.objects.matching("after")) == [again]


# --- migrations -------------------------------------------------------------------------------


def test_the_indexed_columns_are_those_that_the_models_name():
    indexed = {}
    for model in (Resolution, Activity, Actor, Mandate, Section, make.MeetingFactory._meta.model):
        indexed[model._meta.db_table] = model.searched
        for name in model.searched:
            field = model._meta.get_field(name)
            assert not field.null, "a column that may be NULL would empty a whole entry"
    # These have no search of their own.
    assert set(TABLES) - {SUGGESTED, PRINTED, PLANS} <= set(indexed)
    assert columns_in_migrations() == indexed


def columns_in_migrations():
    """What the migrations index, by the table, as the last of them has it."""
    found = {"mandates_mandate": ("reference", "label", "text", "contingent_on")}
    migrations_of = MigrationLoader(None).disk_migrations
    for app, name in sorted(migrations_of):
        if app not in ("mandates", "calendar_app", "workplan"):
            continue
        for operation in migrations_of[app, name].operations:
            if not isinstance(operation, migrations.RunPython):
                continue
            inner = getclosurevars(operation.code).nonlocals.get("statements")
            seen = getclosurevars(inner).nonlocals if inner else {}
            if "columns" in seen:
                found[seen["table"]] = tuple(seen["columns"])
    return found


@pytest.mark.django_db
def test_after_all_migrations_the_database_keeps_every_index():
    assert check_index_is_kept(["default"]) == []


@pytest.mark.django_db(transaction=True)
class TestAlteredTables:
    def alter(self, *operations):
        """Run operations as a migration of an app that has this model would."""
        state = ProjectState.from_apps(Actor._meta.apps)
        with connection.schema_editor() as editor:
            for operation in operations:
                after = state.clone()
                operation.state_forwards("mandates", after)
                operation.database_forwards("mandates", editor, state, after)
                state = after

    COLUMNS = ("mandates_actor", ["name", "acronym", "other_names"])
    LONGER = migrations.AlterField("actor", "acronym", models.CharField(max_length=41, blank=True))
    BACK = migrations.AlterField("actor", "acronym", models.CharField(max_length=40, blank=True))

    def test_an_index_dropped_before_and_made_anew_after_is_kept(self):
        make.ActorFactory(name="Before")
        around = forget_words(*self.COLUMNS), index_words(*self.COLUMNS)
        self.alter(around[0], self.LONGER, self.BACK, around[1])
        assert check_index_is_kept(["default"]) == []
        make.ActorFactory(name="After")
        assert Actor.objects.matching("before").count() == 1
        assert Actor.objects.matching("after").count() == 1

    def test_the_same_of_what_a_mandate_is_found_by(self):
        mandate = make.MandateFactory(text="Before")
        self.alter(
            forget_reach(),
            forget_words("mandates_resolution", ["title", "symbol"]),
            migrations.AlterField("resolution", "body", models.CharField(max_length=21)),
            migrations.AlterField("resolution", "body", models.CharField(max_length=20)),
            index_words("mandates_resolution", ["title", "symbol"]),
            index_reach(),
        )
        assert check_index_is_kept(["default"]) == []
        assert list(Mandate.objects.matching("before")) == [mandate]

    @on_sqlite
    def test_where_that_is_forgotten_the_check_says_so(self):
        self.alter(self.LONGER)
        try:
            found = check_index_is_kept(["default"])
            gone = ["delete", "insert", "update"]
            assert [message.msg for message in found] == [
                "The search index is no longer kept: "
                f"the trigger mandates_actor_words_{act} is gone."
                for act in gone
            ]
        finally:
            self.alter(forget_words(*self.COLUMNS), self.BACK, index_words(*self.COLUMNS))
        assert check_index_is_kept(["default"]) == []

    def test_the_migrations_can_be_undone_and_index_what_is_there(self):
        mandate = make.MandateFactory(text="Already there")
        section = make.SectionFactory(heading="Already there")
        for app in ("workplan", "calendar_app", "mandates"):
            call_command("migrate", app, "0001", verbosity=0)
        call_command("migrate", verbosity=0)
        assert list(Mandate.objects.matching("already")) == [mandate]
        assert list(Section.objects.matching("already")) == [section]


# --- both engines, one answer ------------------------------------------------------------------

#: The letters of the four official languages, and the signs of their papers.
LETTERS = "abcxyzABCXYZ019éÉèêëáàâãäåíîïóôõöúûüçÇñÑœæß"
SIGNS = " \n\t.,;:!?()[]{}<>/\\|&*+-=_'\"“”’–—…%$§@#~^`\u00ad\u0301\u0303"


class TestOneAnswer(TestCase):
    """The database finds what mandates/words.py says should be found: on either engine."""

    @settings(max_examples=150, deadline=None)
    @given(st.text(LETTERS + SIGNS, max_size=60), st.text(LETTERS + SIGNS, min_size=1, max_size=8))
    def test_any_text_and_any_search(self, text, typed):
        text = unicodedata.normalize("NFC", text)
        row = activity(text)
        sought = words_sought(typed)
        whole = f"{row.title}\n{row.description}"
        expected = bool(sought) and all(found_in(whole, [word]) for word in sought)
        assert Activity.objects.matching(typed).exists() == expected

    @settings(max_examples=60, deadline=None)
    @given(st.text(max_size=MAX_LENGTH))
    def test_no_text_is_an_error(self, typed):
        list(Activity.objects.matching(typed).best_first(typed))
        list(Mandate.objects.matching(typed))


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no list of what is new")
def test_after_an_import_no_search_reads_through_what_is_new():
    """`import_table` ends with it."""
    make.MandateFactory(text="To urge.")
    call_command("analyze")
    with connection.cursor() as cursor:
        cursor.execute("SELECT gin_clean_pending_list('mandates_mandate_words_words')")
        assert cursor.fetchone() == (0,)
    assert Mandate.objects.matching("urge").exists()
