-- The aliases of the wanted handles.
SELECT a.network, a.alias, a.account_id, a.valid_from, a.valid_to FROM core_account_aliases AS a
SEMI JOIN wanted_handles AS w ON w.network = a.network AND w.alias = a.alias
