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
	return contract.Preference{TechnicianID: p.TechnicianID, SetBy: p.SetBy, SetAt: p.SetAt}
}
