// Package large makes the database of a large company that has worked with the
// program for two years (200 technicians, 20,000 people, 500,000 tickets and all
// that belongs to them), and looks how PostgreSQL would answer the program's
// statements on it.
//
// Every statement that the tests of a package send is recorded by internal/pgtest.
// After them Main names the statements in internal/postgres that none of them sent,
// and explains the others, each with the values it was first sent with, so that a
// query without an index for its path is found before the second year:
//
//	func TestMain(m *testing.M) { os.Exit(large.Main(m, "../postgres", now, setUp)) }
//
// That is done with all tests of internal/stage, on a sample of a fiftieth that
// PostgreSQL is made to take for the whole. `make explain-large` does it on the
// whole. ROUNDSMAN_EXPLAIN_TICKETS=10000 does it for a part of the tests (-run).
package large
