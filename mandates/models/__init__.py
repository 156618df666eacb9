from mandates.models.activities import Activity
from mandates.models.actors import Actor, ActorKind
from mandates.models.mandates import Addressee, Citation, Mandate
from mandates.models.progress import EvidenceFile, ProgressReport
from mandates.models.records import Record, StaleRecord, Versioned
from mandates.models.resolutions import Assembly, Resolution, ResolutionKind

__all__ = [
    "Activity",
    "Actor",
    "ActorKind",
    "Addressee",
    "Assembly",
    "Citation",
    "EvidenceFile",
    "Mandate",
    "ProgressReport",
    "Record",
    "Resolution",
    "ResolutionKind",
    "StaleRecord",
    "Versioned",
]
