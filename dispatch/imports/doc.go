// Package imports brings a company's own tables in, and hands them out again:
// sites, people, technicians, shifts, items and tickets as CSV, and the log of
// another desk with the history of its tickets.
//
// A file is read by a worker in batches. What a batch keeps and how far the file
// was read are one transaction, so a worker that dies leaves nothing half done and
// the next goes on. A row is known by its natural key: sent again, it changes
// nothing. What is wrong is said row by row. A dry run does all of it and keeps
// nothing.
package imports
