"""The list of reports, each report's page, and its exports."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, abort, redirect, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue

from academy.accounts.session import current_person
from academy.audit.services import record
from academy.clock import now
from academy.db import db
from academy.errors import UserError
from academy.jobs.services import enqueue
from academy.navigation import NavItem
from academy.permissions import requires
from academy.web.filters import local_date
from academy.web.pagination import page_number
from courses.formats.tables import TableFormat, table_formats
from courses.reports.base import Report, Request, reports
from courses.reports.exports import export_tables

blueprint = Blueprint("reports", __name__)
blueprints = [blueprint]
PERMISSIONS = {"reports.view": {"unit_admin", "admin"}}
NAVIGATION = [
    NavItem(
        "admin",
        f"report-{each.key}",
        each.name,
        "reports.show",
        each.icon,
        order=400 + each.order,
        group="reports",
        permission="reports.view",
        values=(("key", each.key),),
    )
    for each in reports().values()
]
JOB_ROWS = 20_000
"""A workbook of more rows than this takes longer than anybody waits for a page; it becomes a job."""


def _report(key: str) -> Report:
    report = reports().get(key)
    if report is None:
        abort(404)
    return report


def _request(report: Report) -> Request:
    known = {name: request.args[name] for name in report.parameters if request.args.get(name)}
    return Request(current_person, known, page_number())


@blueprint.get("/admin/reports")
@requires("reports.view")
def index() -> ResponseReturnValue:
    """List the reports; with a single one, open it."""
    installed = list(reports().values())
    if len(installed) == 1:
        return redirect(url_for("reports.show", key=installed[0].key))
    return render_template("reports/index.html", reports=installed)


@blueprint.get("/admin/reports/<key>")
@requires("reports.view")
def show(key: str) -> ResponseReturnValue:
    """Show a report with the filters of the address; a filter that cannot be read is said, and the rest still shown."""
    report, mistake, status = _report(key), "", 200
    asked = _request(report)
    try:
        values = report.page(asked)
    except UserError as error:
        mistake, status = error.message, 422
        kept = {name: value for name, value in asked.arguments.items() if name not in ("from", "to")}
        values = report.page(Request(asked.person, kept, asked.page))
    page = render_template(
        f"reports/{key}/page.html", report=report, mistake=mistake, arguments=asked.arguments, **values
    )
    return page, status


@blueprint.get("/admin/reports/<key>/export.<extension>")
@requires("reports.view")
def export(key: str, extension: str) -> ResponseReturnValue:
    """Send a report as a file: the table named by `table`, or all of them where the format can hold several."""
    report, writer = _report(key), table_formats().get(extension)
    asked, wanted = _request(report), request.args.get("table", "")
    if writer is None or (wanted and wanted not in report.tables):
        abort(404)
    names = [wanted] if wanted else list(report.tables)[: None if writer.many else 1]
    tables = export_tables(report, names, asked)
    return _download(report, writer, writer.write(tables))


@blueprint.post("/admin/reports/<key>/export.<extension>")
@requires("reports.view")
def export_job(key: str, extension: str) -> ResponseReturnValue:
    """Export: at once where it is quick, else as a job whose page shows how far it is. The act is logged."""
    report, writer = _report(key), table_formats().get(extension)
    asked = _request(report)
    if writer is None:
        abort(404)
    record("report.exported", label=str(report.name), report=key, format=extension, filters=dict(asked.arguments))
    if writer.many is False or report.rows_expected(asked) <= JOB_ROWS:
        filters: dict[str, Any] = {**asked.arguments, "table": request.args.get("table")}
        return redirect(url_for("reports.export", key=key, extension=extension, **filters), 303)
    job = enqueue(
        "reports.export",
        current_person,
        key=key,
        extension=extension,
        arguments=dict(asked.arguments),
        person_id=current_person.id,
    )
    return redirect(url_for("jobs.show", token=job.token), 303)


def _download(report: Report, writer: TableFormat, pieces: Iterator[bytes]) -> Response:
    stamp = local_date(now()).isoformat()
    name = quote(f"{report.name}-{stamp}.{writer.key}")

    def closing() -> Iterator[bytes]:
        try:
            yield from pieces
        finally:
            db.session.rollback()

    response = Response(stream_with_context(closing()), mimetype=writer.media_type)
    response.headers["Content-Disposition"] = (
        f"attachment; filename=report-{stamp}.{writer.key}; filename*=UTF-8''{name}"
    )
    return response
