package api

import (
	"maps"

	"roundsman/internal/fault"
)

// ticketProblems are the codes of what happens to a ticket at a desk.
var ticketProblems = map[string]problemPage{
	// The request itself.
	"transfer_target":    {fault.Invalid, "Not one target", "Name a team or an account, not both, and not the present owner.", 0},
	"link_to_itself":     {fault.Invalid, "A link to itself", "Name another ticket.", 0},
	"note_empty":         {fault.Invalid, "An empty note", "Write what there is to say.", 0},
	"bad_file_name":      {fault.Invalid, "No name for a file", "Nothing is left of it but signs that may not be in one. Give it another.", 0},
	"file_empty":         {fault.Invalid, "An empty file", "Choose another.", 0},
	"file_too_large":     {fault.TooLarge, "The file is too large", "At most 5 MiB are kept. Send a smaller one or a part of it.", 0},
	"bad_rating":         {fault.Invalid, "Not a rating", "Impact and urgency are 1 (gravest), 2 or 3.", 0},
	"matrix_upside_down": {fault.Invalid, "The matrix is upside down", "Priorities are 1 to 9, and a graver ticket never has a larger one. `impact` and `urgency` say where.", 0},
	"update_past":        {fault.Invalid, "An update in the past", "Say when the person hears from us next.", 0},

	// Who is asking.
	"transfer_not_yours": {fault.Forbidden, "Offered to somebody else", "Only those it is offered to answer; only the owner and who made it take it back.", 0},

	// It is not there.
	"team_not_found":     {fault.NotFound, "No such team", "GET /v1/teams lists them.", 0},
	"transfer_not_found": {fault.NotFound, "No such transfer", "Check the id.", 0},
	"file_not_found":     {fault.NotFound, "No such file", "GET /v1/tickets/{id}/files lists them.", 0},

	// The state does not allow it now.
	"transfer_state":   {fault.Conflict, "The transfer is settled", "Somebody was faster, or it was taken back. `state` says how it ended.", 0},
	"transfer_offered": {fault.Conflict, "On offer already", "A ticket is offered to one side at a time. Wait for the answer or take the offer back.", 0},
	"transfer_wanted":  {fault.Conflict, "A transfer is wanted", "A ticket is given to somebody else by POST /v1/tickets/{id}/transfers, which they accept.", 0},
	"team_empty":       {fault.Conflict, "Nobody is in the team", "Choose a team with members, or have somebody join it.", 0},
	"team_code_taken":  {fault.Conflict, "The team's code is taken", "Choose another.", 0},
}

func init() { maps.Copy(problemCodes, ticketProblems) }
