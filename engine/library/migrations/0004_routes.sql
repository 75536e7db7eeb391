-- The path of an operation with its parameters left open; see `engine.specs.routes`, which `route_of_key` comes from.
ALTER TABLE entries ADD COLUMN route TEXT NOT NULL DEFAULT '';
UPDATE entries SET route = route_of_key(key) WHERE kind != 'passage';
CREATE INDEX entries_by_route ON entries (route);

-- An operationId without what joins its words: `issues/create`, `issues_create` and `issuesCreate` are one.
ALTER TABLE entries ADD COLUMN letters TEXT AS (
    lower(replace(replace(replace(replace(replace(operation_id, '_', ''), '-', ''), '/', ''), '.', ''), ' ', ''))
) VIRTUAL;
CREATE INDEX entries_by_letters ON entries (letters);
