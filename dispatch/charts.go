package dispatch

import "roundsman/internal/states"

// Charts lays out what may be done to every noun of the trade in which state;
// docs/states.md shows it, and tests play it.
func Charts() []states.Sheet {
	return []states.Sheet{
		ticketTable.Sheet(), transferTable.Sheet(), taskTable.Sheet(), escalationTable.Sheet(), exceptionTable.Sheet(),
		visitTable.Sheet(), promiseTable.Sheet(), optionSetTable.Sheet(), incidentTable.Sheet(), changeTable.Sheet(),
		subscriptionTable.Sheet(), callTaskTable.Sheet(), callTable.Sheet(), callbackTable.Sheet(), assistTable.Sheet(),
		noticeTable.Sheet(), customerLinkTable.Sheet(), planRunTable.Sheet(), setupTable.Sheet(), roundChangeTable.Sheet(),
		importTable.Sheet(), closureTable.Sheet(),
		contactTable.Sheet(), recordTable.Sheet(), agentAbsenceTable.Sheet(), sourceTable.Sheet(),
	}
}
