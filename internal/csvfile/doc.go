// Package csvfile reads and writes tables as comma separated values (RFC 4180)
// the way that people and spreadsheets make them: UTF-8 with or without a mark at
// its beginning, commas or semicolons, quoted cells that span lines. What is wrong
// with a row is said of that row, and the rows behind it are read all the same.
//
// A cell that a spreadsheet would take for a formula is written with an apostrophe
// before it; Reader takes that apostrophe away again.
package csvfile
