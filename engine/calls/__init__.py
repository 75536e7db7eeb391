"""An operation as a call: what a caller gives, values for it, the record of the request, and renderers of that."""
