"""The rule sets: what each says, its examples, trying own figures, and choosing which one applies."""

from fractions import Fraction
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from academy.accounts.session import current_person
from academy.clock import now
from academy.db import db
from academy.errors import UserError
from academy.i18n import _, localized
from academy.organizations import services as organizations
from academy.organizations.models import Unit
from academy.organizations.services import EVERYTHING
from academy.permissions import requires
from academy.web.filters import local_date, show_hundredths
from courses.credits.forms import ChoiceForm
from courses.credits.rules import engine, installed
from courses.credits.rules.facts import CATEGORIES, Facts
from courses.credits.rules.loading import outcome
from courses.credits.rules.sets import RuleSet
from courses.credits.services import choosing
from courses.credits.views.blueprint import blueprint
from courses.credits.wording import FACTS
from courses.formats.reading_tables import figures, read_hours


@blueprint.get("/admin/credit-rules")
@requires("credits.rules")
def rule_sets() -> str:
    """Show which set applies, the choices made, and all sets."""
    return _page(_form(formdata=None, starts_on=local_date(now()).isoformat()))


def _form(**values: Any) -> ChoiceForm:
    units = [SelectChoice(value=str(unit.id), label=unit.label) for unit in organizations.options([EVERYTHING])]
    names = {key: localized(each, "name") for key, each in installed.installed().sets.items()}
    return ChoiceForm(rule_sets=names, units=units, **values)


def _page(form: ChoiceForm) -> str:
    choices, today = choosing.all_choices(), local_date(now())
    problems, force = list(installed.installed().problems), None
    try:
        force = choosing.choose(choices, [], today)
    except choosing.RulesMissing as error:
        problems.append(error.message)
    return render_template(
        "credits/rule_sets.html",
        form=form,
        sets=installed.installed().sets,
        problems=problems,
        choices=choices,
        force=force,
        today=today,
    )


@blueprint.post("/admin/credit-rules")
@requires("credits.rules")
def choose_rules() -> ResponseReturnValue:
    """Choose the set that applies from a day on."""
    form = _form()
    if form.validate_on_submit():
        unit = db.session.get(Unit, int(form.unit_id.data)) if form.unit_id.data else None
        try:
            choosing.choose_rule_set(current_person, form.rule_set.data, form.starts_on.day or local_date(now()), unit)
        except UserError as error:
            form.blame(error)
        else:
            flash(_("已保存。从开始那天起完成的学习按它计算，以前的学时不变"), "ok")
            return redirect(url_for("credits.rule_sets"), 303)
    return _page(form), 422


@blueprint.get("/admin/credit-rules/<key>")
@requires("credits.rules")
def rule_set(key: str) -> ResponseReturnValue:
    """Show a set as sentences with its examples; figures in the address are worked out by it."""
    found = installed.rule_set(key)
    if found is None:
        return render_template("credits/rule_set_missing.html", key=key), 404
    number = request.args.get("version", "")
    version = found.version(int(number)) if number.isdecimal() and len(number) < 6 else found.newest
    version = version or found.newest
    category = request.args.get("for", "")
    rules = list(dict.fromkeys(rule.category for rule in version.rules))
    category = category if category in rules else rules[0]
    return render_template(
        "credits/rule_set.html",
        rule_set=found,
        version=version,
        outcome=outcome,
        shown=show_hundredths,
        categories=CATEGORIES,
        fact_names=FACTS,
        category=category,
        offered=rules,
        measures=version.measures(category),
        trial=_try(found, version.number, category),
        tabs_of=lambda names: [
            (
                CATEGORIES[name],
                url_for("credits.rule_set", key=key, version=version.number, _anchor="try-title", **{"for": name}),
                name == category,
            )
            for name in names
        ],
    )


def _try(found: RuleSet, number: int, category: str) -> dict[str, Any]:
    """Work out figures of one's own; what cannot be read is said, and stays in its field."""
    version = found.version(number)
    assert version is not None
    typed = {name: request.args.get(name, "").strip()[:60] for name in version.measures(category)}
    if not any(typed.values()):
        return {"typed": typed, "asked": False}
    numbers: dict[str, Any] = {}
    mistakes: dict[str, str] = {}
    for name, text in typed.items():
        try:
            numbers[name] = _numbers(name, text)
        except ValueError:
            mistakes[name] = _("“%(text)s”不是数，请写成 3 或 3.5", text=text[:20])
    if category == "course" and not typed.get("share"):
        numbers["share"] = Fraction(100)
    awards = engine.evaluate(version, Facts(category, numbers))
    full = sum(award.hundredths for award in awards)
    amount, cap = engine.capped(full, category, version.caps, {})
    lines = [(version.rule(award.rule), award.hundredths) for award in awards]
    return {"typed": typed, "asked": True, "mistakes": mistakes, "lines": lines, "amount": amount, "cap": cap}


def _numbers(name: str, text: str) -> Fraction | tuple[Fraction, ...]:
    if name == "videos":
        parts = figures(text.replace("，", "、").replace(",", "、").replace(" ", "、")).split("、")
        return tuple(read_hours(part) for part in parts if part)
    return read_hours(text) if text else Fraction(0)
