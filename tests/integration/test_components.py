"""The components that are made in Python, and the globals that all templates share."""

from __future__ import annotations

import pytest
from flask import current_app, render_template_string
from sqlalchemy import select

from academy.accounts.models import Person
from academy.db import IDLE_SECONDS, USED_AT, db
from academy.i18n import lazy

HEAD = "{% from 'components/ui.html' import icon, tag %}"


def show(text, **values):
    with current_app.test_request_context():
        return render_template_string(HEAD + text, **values)


def test_an_icon_is_decoration_or_has_a_label(app):
    plain = show("{{ icon('check') }}")
    assert plain.startswith('<svg class="i" aria-hidden="true" focusable="false"><use href="/static/img/icons.svg')
    assert plain.endswith('#i-check"/></svg>')
    assert 'class="i s"' in show("{{ icon('check', 's') }}")
    assert 'role="img" aria-label="a&lt;b"' in show("{{ icon('check', label='a<b') }}")
    with pytest.raises(TypeError):
        show("{{ icon('check', colour='red') }}")


def test_a_tag_escapes_what_is_not_markup_and_speaks_the_language_of_the_request(app):
    assert show("{{ tag('<b>', 'ok', 'check') }}").startswith('<span class="tag ok"><svg')
    assert "&lt;b&gt;" in show("{{ tag('<b>') }}")
    assert "<b>" in show("{{ tag('<b>'|safe) }}")
    assert show("{{ tag(name) }}", name=lazy("单选")) == '<span class="tag">单选</span>'


def test_no_template_can_change_the_globals_of_the_others(app):
    template = app.jinja_env.get_template("components/ui.html")
    assert template.globals["site"] is app.jinja_env.globals["site"]
    with pytest.raises(TypeError):
        template.globals["site"] = None


def test_values_in_translations_are_escaped(app):
    assert show("{{ _('第 %(n)s 题', n='<b>') }}") == "第 &lt;b&gt; 题"
    assert show("{{ _('第 %(n)s 题', n='<b>'|safe) }}") == "第 <b> 题"


@pytest.mark.postgresql_only
def test_a_connection_that_died_while_it_lay_idle_is_replaced(app):
    db.session.scalars(select(Person)).all()
    connection = db.session.connection()
    record = connection._dbapi_connection._connection_record
    driver = connection.connection.driver_connection
    db.session.rollback()
    driver.close()
    record.info[USED_AT] -= IDLE_SECONDS + 1
    assert db.session.scalars(select(Person)).all() == []
