"""Which organizations a conference has accredited."""

from __future__ import annotations

import pytest

from eventsapp.core.audit import AuditEntry
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.organizations.models import Accreditation
from tests import factories
from tests.support.workspace import Workspace

pytestmark = pytest.mark.sqlite_only


def test_several_are_accredited_at_once_searched_and_taken_away(workspace: Workspace) -> None:
    path = f"/manage/{workspace.slug}/setup/accreditation/"
    with workspace.app.app_context(), transaction():
        iom = factories.make_organization(
            slug="iom", names={"en": "International Organization for Migration"}, acronyms={"en": "IOM"}
        )
        factories.make_organization(names={"en": "Cities Alliance"}, acronyms={})
        for country in ("KE", "EC"):
            factories.make_organization(names={"en": "Ministry of Health"}, acronyms={}, country=country)
        iom_id = iom.id
    registrar = workspace.client("registrar")
    assert "No organization is accredited yet" in registrar.get(path).text
    # All or none, and each line that is not clear is told.
    refused = registrar.post(path, data={"names": "IOM\nCities Aliance\nMinistry of Health\nNobody at all"})
    assert refused.status_code == 422
    assert "The directory has no “Cities Aliance”. It may mean: Cities Alliance" in refused.text
    assert "“Ministry of Health” means several organizations" in refused.text
    assert "The directory has no “Nobody at all”." in refused.text
    assert "IOM\nCities Aliance\nMinistry of Health\nNobody at all</textarea>" in refused.text
    with workspace.app.app_context():
        assert factories.count(Accreditation) == 0
    assert registrar.post(path, data={"names": "IOM\nCities Alliance"}).status_code == 302
    assert registrar.post(path, data={"names": "IOM"}).status_code == 302
    page = registrar.get(path).text
    assert "2 organizations" in page
    found = registrar.get(f"{path}?q=migration").text
    assert "1 organization " in found
    assert "Cities Alliance" not in found
    assert workspace.client("programme_officer").post(f"{path}{iom_id}/remove").status_code == 302
    assert registrar.post(f"{path}{iom_id}/remove").status_code == 404
    with workspace.app.app_context():
        assert factories.count(Accreditation) == 1
        actions = [row.action for row in db.session.query(AuditEntry).filter_by(subject="organization:iom")]
        assert actions == ["organization.accredit", "organization.unaccredit"]
