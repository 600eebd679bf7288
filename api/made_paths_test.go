package api_test

// sights are read first, so that a walk knows what there is.
var sights = []string{"listRegions", "listSites", "listDepots", "listPeople", "listTechnicians", "listSkills", "listTemplates", "listOptionTemplates",
	"listModels", "listItems", "listShifts", "listAccounts"}

// paths are sequences of operations. What an answer names is what later steps of
// the sequence are about; "as:anna" says who goes on, "with:3" whom of the stage it is
// about, "(work)" lets follow-up work be done and letters be carried, "(told)" sends
// events to who subscribed, "forget:person" lets the next step be about somebody else,
// "spare:" has what is delivered be no loaner.
var paths = []string{
	// The desk.
	"startContact enterCaller correctCaller endContact",
	"takeRequest answerContact",
	"startContact enterCaller completePerson",
	"startContact enterCaller completePerson",
	"openTicket seeCall registerCall",
	"seeCall dismissCall",
	"takeRequest listRequests",
	"openTicket placeTicket getPerson listPlaces relocatePerson",
	"addPerson forget:person addPerson mergePeople",
	"openTicket addNote listNotes addFile getFileContent listFiles getTicketHistory",
	"openTicket forget:ticket openTicket linkTicket listLinks mergeTicket",
	"openTicket correctPerson classifyTicket prioritiseTicket getOutlook getTicketService",
	"openTicket pauseTicket resumeTicket resolveTicket reopenTicket",
	"openTicket preferTechnicianForTicket forgetPreferenceOfTicket preferAgentForTicket forgetPreferredAgentOfTicket",
	"as:anna openTicket offerTransfer getTransfer as:ben acceptTransfer",
	"as:anna openTicket offerTransfer as:ben refuseTransfer",
	"as:anna openTicket offerTransfer withdrawTransfer",
	"as:anna openTicket askException getException as:lena approveException",
	"as:anna openTicket askException as:lena refuseException",
	"as:anna openTicket askException withdrawException",
	"addTeam as:ben openTicket askTier listTeamTasks listOwnTasks takeTask finishTask",
	"addTeam as:ben openTicket askTier takeTask giveBackTask",
	"changeEscalationChain openTicket escalateTicket listEscalations as:lena takeEscalation",
	"changeEscalationChain openTicket escalateTicket as:lena passEscalation",
	"as:anna enterOwnAbsence endAgentAbsence getWorklist",
	"enterAgentAbsence listAgentAbsences",
	"getPriorityMatrix changePriorityMatrix",

	// Promises and the field.
	"with:6 openTicket makeQuote makePromise startPlanRun (work) publishPlanRun leaveForVisit locateVisit arriveAtVisit offerOptions chooseOption completeVisit (work) stateDuty listCallbacks settleCallback",
	"with:7 openTicket makeQuote makePromise startPlanRun (work) publishPlanRun leaveForVisit arriveAtVisit offerOptions chooseOption pauseVisit resumeVisit completeVisit listCallbacks settleCallback",
	"openTicket makeQuote makePromise getPromise makeQuote reschedulePromise forget:promise withdrawPromise",
	"openTicket makeQuote makePromise makeQuote reschedulePromise",
	"openTicket makeQuote makePromise startPlanRun (work) publishPlanRun leaveForVisit undoDeparture",
	"openTicket makeQuote makePromise startPlanRun (work) publishPlanRun leaveForVisit arriveAtVisit undoArrival witnessArrival",
	"openTicket makeQuote makePromise startPlanRun (work) publishPlanRun leaveForVisit arriveAtVisit wantSecondTechnician listAssists settleAssist",
	"openTicket makeQuote makePromise startPlanRun (work) publishPlanRun leaveForVisit arriveAtVisit recordCallAttempt reportCustomerAbsent tellPresence needFollowUp estimateVisit giveUpVisit",
	"openTicket promiseDue fulfilPromise",

	// The customer, by their link.
	"with:0 openTicket makeQuote makePromise (work) getCustomerTicket tellPresenceByCustomer quoteForCustomer rescheduleByCustomer forget:promise withdrawByCustomer quoteForCustomer chooseWindow",
	"with:1 openTicket makeQuote makePromise (work) startPlanRun (work) publishPlanRun leaveForVisit confirmArrival arriveAtVisit completeVisit (work) stateDutyByCustomer answerSurvey",
	"with:3 openTicket makeQuote makePromise startPlanRun (work) publishPlanRun leaveForVisit arriveAtVisit completeVisit (work) answerSurveyFor",
	"with:4 openTicket makeCustomerLink listCustomerLinks revokeCustomerLink",

	// The day.
	"openTicket (work) startPlanRun getPlanRun (work) getDraft getOutcome comparePlanRun publishPlanRun",
	"startPlanRun cancelPlanRun",
	"enterClosure listClosures getClosure endClosure",
	"openTicket makeQuote makePromise pinVisit splitVisit moveVisit",
	"openTicket startPlanRun (work) publishPlanRun openTicket hastenVisit forget:technician as:t00 getOwnRound objectToChange acknowledgeChange as:t01 getOwnRound acknowledgeChange as:t02 getOwnRound acknowledgeChange",
	"openTicket startPlanRun (work) publishPlanRun openTicket hastenVisit unassignVisit",
	"listShifts moveBreak grantOvertime",
	"listTechnicians enterAbsence",
	"openTicket makeQuote makePromise getVisit getRound getRoundLine orderRound joinVisit",

	// Incidents.
	"as:t00 getOwnKit confirmKitItem",
	"declareIncident confirmIncident listAffected openIncidentTickets listCalls takeCall releaseCall takeCall settleCall resolveIncident",
	"addInboundSource receiveInbound receiveInbound listChanges getChange rotateInboundSource listInboundSources retireInboundSource",

	// The stock room.
	"spare: receiveDelivery loadItem unloadItem",
	"receiveDelivery issueItem returnItem",
	"receiveDelivery quarantineItem sendItemForRepair takeItemFromRepair quarantineItem wipeItem clearItem",
	"receiveDelivery loseItem findItem retireItem",
	"addDepot forget:depot receiveDelivery transferItem listExpected receiveTransfer",
	"spare: openTicket receiveDelivery reserveItem releaseItem",
	"receiveDelivery bookLoan getLoan checkOutLoan getItem getProof extendLoan checkInLoan",
	"receiveDelivery bookLoan cancelLoan",

	// Standing data.
	"addCalendar getCalendar changeCalendar retireCalendar",
	"addRegion getRegion changeRegion retireRegion",
	"addSite getSite changeSite retireSite",
	"addDepot getDepot changeDepot retireDepot",
	"addPerson getPerson changePerson preferTechnician forgetPreference preferAgent forgetPreferredAgent retirePerson",
	"addTechnician getTechnician changeTechnician retireTechnician",
	"addSkill getSkill changeSkill retireSkill",
	"addModel getModel changeModel retireModel",
	"addOptionTemplate getOptionTemplate changeOptionTemplate retireOptionTemplate",
	"addTemplate getTemplate changeTemplate listTemplateVersions retireTemplate",
	"addPattern getPattern changePattern retirePattern",
	"addShift getShift changeShift cancelShift",
	"addService getService changeService retireService listOpenings",
	"addLabel getLabel changeLabel retireLabel",
	"addVisitPolicy changeVisitPolicy",
	"addServiceLevel changeServiceLevel",
	"addTeam changeTeam",
	"addAccount revokeAccount",
	"startImport (work) getImport listRowErrors getRowErrorTable",
	"startImport cancelImport",
	"addEventSubscription rotateEventSubscription (told) resumeEventSubscription endEventSubscription",
	"signIn refreshSession",
}
