// Package private runs a PostgreSQL of our own for a server that was given no
// DATABASE_URL: it finds the programs, makes the cluster, starts it as a direct
// child that no network can reach, and stops it.
//
//	server, err := private.Start(ctx, private.Config{})
//	defer server.Stop(context.Background())
//	pool, err := postgres.Open(ctx, server.URL(), 20)
//	select {
//	case <-server.Done(): // it died by itself: server.Err() says why
//	}
//
// The data directory holds, of this package:
//
//	lock                  held by the running server; the kernel drops it with us
//	postgres/data         the cluster
//	postgres/run          the socket, closed to other accounts
//	postgres/postgres.log what PostgreSQL says
//
// What it promises: a kill of us or of PostgreSQL at any moment loses nothing
// that was committed, and the next Start recovers by itself. Every refusal is a
// *fault.Error that names a way out: postgres_missing, postgres_too_old,
// data_dir_in_use, data_dir_closed, postgres_failed, postgres_died,
// postgres_forced.
//
// Any unix will do. Linux is where it was tried: only there does the kernel end
// PostgreSQL when we are killed; elsewhere the next Start does.
package private
