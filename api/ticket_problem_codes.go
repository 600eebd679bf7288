package api

import "roundsman/internal/fault"

// ticketProblems are the codes of what happens to a ticket at a desk.
var ticketProblems = map[string]problemPage{
	// The request itself.
	"transfer_target":     {fault.Invalid, "Not one target", "Name a team or an account, not both, and not the present owner.", 0},
	"link_to_itself":      {fault.Invalid, "A link to itself", "Name another ticket.", 0},
	"note_empty":          {fault.Invalid, "An empty note", "Write what there is to say.", 0},
	"bad_file_name":       {fault.Invalid, "No name for a file", "Nothing is left of it but signs that may not be in one. Give it another.", 0},
	"file_empty":          {fault.Invalid, "An empty file", "Choose another.", 0},
	"file_too_large":      {fault.TooLarge, "The file is too large", "At most 5 MiB are kept. Send a smaller one or a part of it.", 0},
	"bad_rating":          {fault.Invalid, "Not a rating", "Impact and urgency are 1 (gravest), 2 or 3.", 0},
	"matrix_upside_down":  {fault.Invalid, "The matrix is upside down", "Priorities are 1 to 9, and a graver ticket never has a larger one. `impact` and `urgency` say where.", 0},
	"merge_into_itself":   {fault.Invalid, "A merge into itself", "Name another ticket.", 0},
	"reason_missing":      {fault.Invalid, "A reason is wanted", "Say which circumstances demand another priority than the matrix gives.", 0},
	"service_level_empty": {fault.Invalid, "No time given", "A service level gives a time to respond, restore or resolve.", 0},
	"bad_zone":            {fault.Invalid, "No time zone", "Zones look like America/New_York.", 0},
	"bad_hours":           {fault.Invalid, "Hours out of order", "The hours of a day do not overlap, and each ends after it begins.", 0},
	"exception_scope":     {fault.Invalid, "Not one scope", "An exception covers one ticket, person, site or template.", 0},
	"exception_effect":    {fault.Invalid, "No effect, or one too wide", "Say which time or which ticket's priority it changes.", 0},
	"exception_expired":   {fault.Invalid, "Over already", "Say until when it counts.", 0},
	"update_past":         {fault.Invalid, "An update in the past", "Say when the person hears from us next.", 0},

	// Customers and their links.
	"customer_link_not_found": {fault.NotFound, "No such link", "Read the ticket's links again.", 0},
	"customer_link_state":     {fault.Conflict, "The link is over", "It opens nothing any more; there is nothing left to revoke.", 0},
	"link_unsent":             {fault.Conflict, "No link can be sent", "Nothing carries a message to this person, or the server has no public address. Tell them by phone.", 0},
	"arrival_too_early":       {fault.Conflict, "Nobody is expected yet", "Tell us once the technician is with you.", 0},
	"survey_not_found":        {fault.NotFound, "Nothing was asked", "A survey is asked once a visit is done.", 0},
	"survey_answered":         {fault.Conflict, "Rated already", "The first answer stays.", 0},

	// Who is asking.
	"transfer_not_yours":   {fault.Forbidden, "Offered to somebody else", "Only those it is offered to answer; only the owner and who made it take it back.", 0},
	"task_not_yours":       {fault.Forbidden, "For another team", "Members of its team take it; then it is for who took it.", 0},
	"escalation_not_yours": {fault.Forbidden, "Another leader is called", "Their turn ends when it is passed on.", 0},
	"exception_own":        {fault.Forbidden, "Not yours to decide", "Somebody other than who asked decides on an exception; only who asked takes it back.", 0},

	// It is not there.
	"service_level_not_found": {fault.NotFound, "No such service level", "GET /v1/service-levels lists them.", 0},
	"task_not_found":          {fault.NotFound, "No such task", "GET /v1/teams/{id}/tasks lists them.", 0},
	"escalation_not_found":    {fault.NotFound, "No such escalation", "GET /v1/escalations lists them.", 0},
	"exception_not_found":     {fault.NotFound, "No such exception", "GET /v1/service-exceptions lists them.", 0},
	"team_not_found":          {fault.NotFound, "No such team", "GET /v1/teams lists them.", 0},
	"transfer_not_found":      {fault.NotFound, "No such transfer", "Check the id.", 0},
	"file_not_found":          {fault.NotFound, "No such file", "GET /v1/tickets/{id}/files lists them.", 0},

	// The state does not allow it now.
	"ticket_state":        {fault.Conflict, "Not in this state of the ticket", "`state` says where it is, `allowed` in which states this is done.", 0},
	"merge_other_person":  {fault.Conflict, "Two people, two tickets", "Each keeps their own ticket. Link them instead.", 0},
	"person_same":         {fault.Conflict, "This person already", "The ticket is for this person. Nothing has to be corrected.", 0},
	"pause_open":          {fault.Conflict, "Paused already", "The clocks stand still. Resume them first.", 0},
	"pause_missing":       {fault.Conflict, "Not paused", "The clocks run.", 0},
	"service_level_taken": {fault.Conflict, "There is such a level", "Change the one for this template and priority.", 0},
	"task_state":          {fault.Conflict, "The task is not open for that", "`state` says where it is, `allowed` in which states `act` fits. Somebody was faster, or the ticket is over.", 0},
	"escalation_state":    {fault.Conflict, "The escalation is settled", "A leader has it, or nobody was there. Escalate again if it must be.", 0},
	"escalation_called":   {fault.Conflict, "A leader is being called", "Pass it on when they do not answer.", 0},
	"leader_twice":        {fault.Conflict, "A leader is in the chain twice", "Name each once.", 0},
	"exception_state":     {fault.Conflict, "The exception is decided", "`state` says how. Ask for a new one.", 0},
	"transfer_state":      {fault.Conflict, "The transfer is settled", "Somebody was faster, or it was taken back. `state` says how it ended.", 0},
	"transfer_offered":    {fault.Conflict, "On offer already", "A ticket is offered to one side at a time. Wait for the answer or take the offer back.", 0},
	"transfer_wanted":     {fault.Conflict, "A transfer is wanted", "A ticket is given to somebody else by POST /v1/tickets/{id}/transfers, which they accept.", 0},
	"team_empty":          {fault.Conflict, "Nobody is in the team", "Choose a team with members, or have somebody join it.", 0},
	"team_code_taken":     {fault.Conflict, "The team's code is taken", "Choose another.", 0},
}
