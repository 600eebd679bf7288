package api

import (
	"context"

	"roundsman/api/contract"
	"roundsman/dispatch"
)

// PreferTechnician keeps whom a person would rather be visited by.
func (s *server) PreferTechnician(ctx context.Context, r contract.PreferTechnicianRequestObject) (contract.PreferTechnicianResponseObject, error) {
	p, err := s.desk.Prefer(ctx, who(ctx), r.ID, &r.Body.TechnicianID)
	if err != nil {
		return nil, err
	}
	return contract.PreferTechnician200JSONResponse(preference(p)), nil
}

// ForgetPreference forgets it.
func (s *server) ForgetPreference(ctx context.Context, r contract.ForgetPreferenceRequestObject) (contract.ForgetPreferenceResponseObject, error) {
	if _, err := s.desk.Prefer(ctx, who(ctx), r.ID, nil); err != nil {
		return nil, err
	}
	return contract.ForgetPreference204Response{}, nil
}

// PreferTechnicianForTicket keeps whom the holder of a ticket would rather see.
func (s *server) PreferTechnicianForTicket(ctx context.Context, r contract.PreferTechnicianForTicketRequestObject) (contract.PreferTechnicianForTicketResponseObject, error) {
	p, err := s.desk.PreferForTicket(ctx, who(ctx), r.ID, &r.Body.TechnicianID)
	if err != nil {
		return nil, err
	}
	return contract.PreferTechnicianForTicket200JSONResponse(preference(p)), nil
}

// ForgetPreferenceOfTicket forgets it.
func (s *server) ForgetPreferenceOfTicket(ctx context.Context, r contract.ForgetPreferenceOfTicketRequestObject) (contract.ForgetPreferenceOfTicketResponseObject, error) {
	if _, err := s.desk.PreferForTicket(ctx, who(ctx), r.ID, nil); err != nil {
		return nil, err
	}
	return contract.ForgetPreferenceOfTicket204Response{}, nil
}

func preference(p dispatch.Preference) contract.Preference {
	return contract.Preference{TechnicianID: p.WhomID, SetBy: p.SetBy, SetAt: p.SetAt}
}

// PreferAgent keeps whom a person would rather be answered by.
func (s *server) PreferAgent(ctx context.Context, r contract.PreferAgentRequestObject) (contract.PreferAgentResponseObject, error) {
	p, err := s.desk.PreferAgent(ctx, who(ctx), r.ID, &r.Body.AgentID)
	if err != nil {
		return nil, err
	}
	return contract.PreferAgent200JSONResponse(preferredAgent(*p)), nil
}

// ForgetPreferredAgent forgets it.
func (s *server) ForgetPreferredAgent(ctx context.Context, r contract.ForgetPreferredAgentRequestObject) (contract.ForgetPreferredAgentResponseObject, error) {
	if _, err := s.desk.PreferAgent(ctx, who(ctx), r.ID, nil); err != nil {
		return nil, err
	}
	return contract.ForgetPreferredAgent204Response{}, nil
}

// PreferAgentForTicket keeps whom the holder of a ticket would rather be answered by.
func (s *server) PreferAgentForTicket(ctx context.Context, r contract.PreferAgentForTicketRequestObject) (contract.PreferAgentForTicketResponseObject, error) {
	p, err := s.desk.PreferAgentForTicket(ctx, who(ctx), r.ID, &r.Body.AgentID)
	if err != nil {
		return nil, err
	}
	return contract.PreferAgentForTicket200JSONResponse(preferredAgent(*p)), nil
}

// ForgetPreferredAgentOfTicket forgets it.
func (s *server) ForgetPreferredAgentOfTicket(ctx context.Context, r contract.ForgetPreferredAgentOfTicketRequestObject) (contract.ForgetPreferredAgentOfTicketResponseObject, error) {
	if _, err := s.desk.PreferAgentForTicket(ctx, who(ctx), r.ID, nil); err != nil {
		return nil, err
	}
	return contract.ForgetPreferredAgentOfTicket204Response{}, nil
}

func preferredAgent(p dispatch.PreferredAgent) contract.PreferredAgent {
	return contract.PreferredAgent{AgentID: p.AgentID, AgentName: p.Name, SaidFor: contract.PreferredAgentSaidFor(p.SubjectKind), SetBy: p.SetBy, SetAt: p.SetAt,
		Away: p.StandInID != nil, StandInID: p.StandInID, StandInName: given(p.StandInName)}
}
