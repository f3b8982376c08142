"""Documents: each record kept rendered as its serializer declares, by the database, in the transaction that changes it."""
