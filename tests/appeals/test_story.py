from aftersales.enums import EventType
from appeals.story import ACTORS, KEY_TYPES


def test_every_event_is_told_or_kept_in_the_house():
    assert set(ACTORS) == set(EventType)


def test_key_moments_are_told():
    assert all(ACTORS[type] is not None for type in KEY_TYPES)
