"""The admin of the registry: actors, resolutions, mandates, activities and their progress."""

from mandates.admin import activities, actors, evidence, mandates, progress, resolutions

__all__ = ["activities", "actors", "evidence", "mandates", "progress", "resolutions"]
