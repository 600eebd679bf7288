// Package pgtest gives every test a PostgreSQL database of its own, with the
// program's schema in it, in about 30 milliseconds.
//
//	func TestX(t *testing.T) {
//		t.Parallel()
//		pool := pgtest.New(t)
//
// All test binaries of an account, also those that run at the same time, share
// one cluster that flushes nothing to disk. Its keeper is a process of its own: a
// test binary that was started once more. It is started by whoever comes first,
// and ends a second after the last test binary did, however that ended. What it
// leaves is a folder of files in the temporary directory, so that the next run
// starts in 0.3 seconds.
//
// ROUNDSMAN_TEST_DATABASE_URL names a server to use instead; its user must be
// allowed to make databases. Nothing but databases whose names begin with
// roundsman_test is touched there.
//
// ROUNDSMAN_TEST_POSTGRES_BIN names the folder of the PostgreSQL programs where
// they are not found.
package pgtest
