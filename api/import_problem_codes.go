package api

import "roundsman/internal/fault"

// importProblems are the codes of tables that come in and go out.
var importProblems = map[string]problemPage{
	"kind_unknown":      {fault.Invalid, "Not a kind of file", "The contract lists the kinds of table that are read and handed out.", 0},
	"import_incomplete": {fault.Invalid, "Half an import", "A servicenow log goes with the region that its places are in and the template of its tickets.", 0},
	"bad_encoding":      {fault.Invalid, "Not UTF-8", "Save the file as CSV UTF-8.", 0},
	"broken_quotes":     {fault.Invalid, "Broken quotes", "A quote inside quotes is written twice.", 0},
	"bad_header":        {fault.Invalid, "The first line names no columns", "Each column has a name of its own.", 0},
	"column_missing":    {fault.Invalid, "A column is missing", "`missing_columns` are those without which no row can be read.", 0},
	"too_many_rows":     {fault.Invalid, "Too many rows", "A file has at most a million rows. Cut it into several, each under the same first line.", 0},
	"import_stuck":      {fault.Conflict, "Reading gets nowhere", "Reading was begun again and again without a row being kept; the server's log says why. Send the file again once that is mended.", 0},
	"import_state":      {fault.Conflict, "The file is not being read", "Only an import that is queued or running is cancelled.", 0},
	"brought_twice":     {fault.Conflict, "Brought by another import", "Two imports bring the same at one time. Send the file again when the other is done.", 0},
	"import_cancelled":  {fault.Conflict, "The import was cancelled", "What was read by then stays. Send the same file again to go on.", 0},
	"rejects_there":     {fault.Conflict, "Rejected rows are there already", "Send those that you mended, or take the file away.", 0},
	"rows_rejected":     {fault.Invalid, "Rows were rejected", "The others are in. Mend those that are listed and send them again.", 0},
	"answer_unexpected": {fault.Unavailable, "Not an answer of this server", "Check that the address is the server's own, and that both are of one version.", 0},
	"server_away":       {fault.Unavailable, "Nobody answers there", "Check the address, and that the server is running.", 0},
	"site_unplaced":     {fault.Conflict, "Nobody has said where the site is", "Enter its location; then visits can be planned there.", 0},
}
