"""The tables that go out as spreadsheets and come back, by name."""

from calendar_app.resources import DeadlineResource, MeetingResource
from cimplan.spreadsheets.resource import Resource
from mandates.resources import (
    ActivityResource,
    ActorResource,
    AddresseeResource,
    MandateResource,
    ProgressResource,
    ResolutionResource,
)

RESOURCES: dict[str, type[Resource]] = {
    resource.name: resource
    for resource in (
        ActorResource,
        ResolutionResource,
        MandateResource,
        AddresseeResource,
        ActivityResource,
        MeetingResource,
        DeadlineResource,
        ProgressResource,
    )
}
