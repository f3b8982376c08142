"""Which sources are copies of one another: they lead to one original."""

from registry.derived.objects import DerivedFunction


def root_function() -> DerivedFunction:
    """Return the function that finds the original of a source."""
    return DerivedFunction(
        name="registry_root",
        purpose="The source from which a source derives, at the end of the chain; itself if it derives from none.",
        arguments="copy bigint",
        returns="bigint",
        options="STABLE PARALLEL SAFE",
        body="""
        DECLARE root bigint := copy; next bigint;
        BEGIN
            LOOP
                SELECT derived_from_id INTO next FROM registry_source WHERE id = root;
                EXIT WHEN next IS NULL;
                root := next;
            END LOOP;
            RETURN root;
        END
        """,
    )
