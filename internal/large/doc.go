// Package large makes the database of a large company that has worked with the
// program for two years (200 technicians, 20,000 people, 500,000 tickets and all
// that belongs to them), and looks how PostgreSQL would answer the program's
// statements on it.
//
// Every statement that the tests of a package send is recorded by internal/pgtest;
// Main explains them after the tests, each with the values it was first sent with,
// so that a query without an index for its path is found before the second year:
//
//	func TestMain(m *testing.M) { os.Exit(large.Main(m, setUp)) }
//
// `make explain-large` does so on the whole; ROUNDSMAN_EXPLAIN_TICKETS=20000 with the
// tests of internal/stage, on a twenty-fifth, takes seconds more than they do.
package large
