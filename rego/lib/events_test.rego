# METADATA
# title: Sample events
# description: A small, complete alert input and drift row that tests change where it matters.
package lapse.lib.events_test

event(name, over) := {
	"now": "2026-03-01T00:00:05Z",
	"event": object.union(
		{
			"chain": "daemon-1",
			"seq": 7,
			"at": "2026-03-01T00:00:00Z",
			"event": name,
			"actor": "workload:repo:acme/shop",
			"target": "orders-db",
			"detail": {},
		},
		over,
	),
	"history": {},
}

row(over) := {
	"now": "2026-03-01T00:00:00Z",
	"row": object.union(
		{
			"kind": "changed",
			"entity": "principal",
			"id": "aws:user:x",
			"name": "aws user x",
			"fields": [],
			"minor": false,
			"firstSeen": "2026-01-01T00:00:00Z",
			"since": "2026-02-01T00:00:00Z",
			"sources": ["aws:export"],
		},
		over,
	),
}

change(entity, field, sides) := row({
	"entity": entity,
	"fields": [{"field": "attributes", "after": {}}, object.union({"field": field}, sides)],
})
