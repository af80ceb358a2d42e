"""Numbers and dates of the Chinese interface, where Django's own differ."""

THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
