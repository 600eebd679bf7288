// Package postgres keeps everything of the domain in PostgreSQL 15 or later. All
// SQL of the program is here, next to the scans that read it: one file a noun,
// small functions that take the transaction and combine.
//
//	pool, err := postgres.Open(ctx, url, 20)
//	err = postgres.Migrate(ctx, url)
//
// schema.sql says, for readers, what the migrations lead to; constraint.go says what
// each named constraint means to a caller.
//
// Instants go in and come out as UTC. SQL is given times, it does not invent
// them. Every state change names the state that it expects.
package postgres
