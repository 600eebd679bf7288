package api

import (
	"strconv"

	"roundsman/api/contract"
	"roundsman/dispatch"
	"roundsman/dispatch/day"
)

func outcome(o day.Outcome) contract.Outcome {
	return contract.Outcome{
		ID: o.ID, Kind: contract.OutcomeKind(o.Kind), At: o.At, ExpiresAt: o.ExpiresAt, Seed: strconv.FormatUint(o.Seed, 10),
		Feasible: o.Feasible, Blocked: each(o.Blocked, clause), Days: each(o.Days, dayVersion), Rounds: each(o.Rounds, roundVersion),
		Promises: each(o.Promises, impact), Moves: each(o.Moves, movedVisit), After: each(o.After, roundAfter),
		Waiting: each(o.Waiting, unassignedVisit), Unassigned: each(o.Unassigned, unassignedVisit),
		TravelSeconds: o.TravelSeconds, TravelMetres: o.TravelMetres, OvertimeSeconds: o.OvertimeSeconds, Tell: each(o.Tell, tell), Flags: each(o.Flags, flag),
	}
}

func dayVersion(d day.DayVersion) contract.DayVersion {
	return contract.DayVersion{RegionID: d.RegionID, Date: string(d.Date), Version: d.Version}
}

func roundVersion(r dispatch.RoundVersion) contract.RoundVersion {
	return contract.RoundVersion{ID: r.ID, Version: r.Version}
}

func impact(i day.Impact) contract.Impact {
	return contract.Impact{
		PromiseID: i.PromiseID, VisitID: i.VisitID, PersonID: i.PersonID, PersonName: i.PersonName, TicketNumber: ticketNumber(i.Number),
		Window: window(i.WindowStart, i.WindowEnd), ChanceBefore: i.ChanceBefore, ChanceAfter: i.ChanceAfter,
		ArrivalBefore: i.ArrivalBefore, ArrivalAfter: i.ArrivalAfter, TechnicianBefore: i.TechnicianBefore, TechnicianAfter: i.TechnicianAfter,
		TechnicianName: i.TechnicianName, Crosses: given(contract.ImpactCrosses(i.Crosses)),
	}
}

func spot(s day.Spot) contract.Spot {
	return contract.Spot{RoundID: s.RoundID, TechnicianID: s.TechnicianID, TechnicianName: s.TechnicianName, Start: s.Start}
}

func movedVisit(m day.Move) contract.MovedVisit {
	return contract.MovedVisit{
		VisitID: m.VisitID, PersonName: m.PersonName, TicketNumber: ticketNumber(m.Number),
		From: some(m.From, spot), To: some(m.To, spot), Promised: m.Promised,
	}
}

func roundAfter(r day.RoundAfter) contract.RoundAfter {
	return contract.RoundAfter{
		RoundID: r.RoundID, ShiftID: r.ShiftID, TechnicianID: r.TechnicianID, TechnicianName: r.TechnicianName,
		Date: string(r.Date), Leaves: r.Leaves, Returns: r.Returns, Stops: each(r.Stops, stopAfter),
	}
}

func stopAfter(s day.StopAfter) contract.StopAfter {
	return contract.StopAfter{
		VisitID: s.VisitID, PersonName: s.PersonName, SiteName: s.SiteName, TicketNumber: ticketNumber(s.Number), Duration: minutes(s.Minutes),
		Leave: s.Leave, Start: s.Start, End: s.End, Leg: leg(s.LegSeconds, s.LegMetres), Started: s.Started,
	}
}

func unassignedVisit(u dispatch.UnassignedVisit) contract.UnassignedVisit {
	return contract.UnassignedVisit{
		VisitID: u.VisitID, TicketID: u.TicketID, TicketNumber: ticketNumber(u.TicketNumber), PersonName: u.PersonName, Reasons: each(u.Reasons, clause),
	}
}

func tell(t day.Tell) contract.Tell {
	return contract.Tell{PersonID: t.PersonID, PersonName: t.PersonName, VisitID: t.VisitID, PromiseID: t.PromiseID, Why: contract.TellWhy(t.Why)}
}

func flag(f day.Flag) contract.Flag {
	return contract.Flag{Code: f.Code, Text: f.Text, VisitID: f.VisitID, PersonName: given(f.PersonName), TechnicianID: f.TechnicianID}
}
