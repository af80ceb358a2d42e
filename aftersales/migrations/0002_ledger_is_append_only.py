"""On PostgreSQL a trigger refuses to change or remove a row of the ledger."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

CREATE = """
CREATE FUNCTION aftersales_refuse_ledger_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is append-only';
END $$;
CREATE TRIGGER ledger_is_append_only BEFORE UPDATE OR DELETE ON aftersales_caseevent
    FOR EACH ROW EXECUTE FUNCTION aftersales_refuse_ledger_change();
"""
DROP = """
DROP TRIGGER ledger_is_append_only ON aftersales_caseevent;
DROP FUNCTION aftersales_refuse_ledger_change();
"""


def _on_postgresql(sql: str):  # noqa: ANN202 - what RunPython takes
    def run(_apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(sql)

    return run


class Migration(migrations.Migration):
    dependencies = [("aftersales", "0001_initial")]

    operations = [migrations.RunPython(_on_postgresql(CREATE), _on_postgresql(DROP))]
