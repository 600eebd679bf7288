package postgres

import (
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/ids"
)

const (
	regionColumns = `id, code, name, zone, country, calendar_code, freeze_minutes, answer_minutes, moved_minutes, retired_at, version`
	siteColumns   = `id, region_id, code, name, address, city, array[lon, lat] as point, zone, opens_at, closes_at,
		hours, closed_on::text[] as closed_on, keeps_holidays, access_minutes, access_notes,
		case when access_lon is not null then json_build_array(access_lon, access_lat) end as access_point, walk_minutes, retired_at, unplaced, version`
	depotColumns = `id, region_id, code, name, address, array[lon, lat] as point, retired_at, version`
)

// Region gives a region.
func (t *tx) Region(ctx context.Context, id ids.ID) (dispatch.Region, error) {
	return one[dispatch.Region](ctx, t, "region", `select `+regionColumns+` from regions where id = $1`, id)
}

// ListRegions gives the regions in use by code.
func (t *tx) ListRegions(ctx context.Context) ([]dispatch.Region, error) {
	return list[dispatch.Region](ctx, t, "listing regions", `select `+regionColumns+` from regions where retired_at is null order by code`)
}

// Site gives a site.
func (t *tx) Site(ctx context.Context, id ids.ID) (dispatch.Site, error) {
	return one[dispatch.Site](ctx, t, "site", `select `+siteColumns+` from sites where id = $1`, id)
}

// SitesByID gives those of the ids that exist, by id.
func (t *tx) SitesByID(ctx context.Context, wanted []ids.ID) ([]dispatch.Site, error) {
	return list[dispatch.Site](ctx, t, "reading sites", `select `+siteColumns+` from sites where id = any($1) order by id`, wanted)
}

// DepotsOf gives a region's depots by code.
func (t *tx) DepotsOf(ctx context.Context, region ids.ID) ([]dispatch.Depot, error) {
	return list[dispatch.Depot](ctx, t, "listing depots",
		`select `+depotColumns+` from depots where region_id = $1 order by code`, region)
}

// datesOf writes days for a column of dates; none is null.
func datesOf(days []dispatch.Date) []time.Time {
	var out []time.Time
	for _, d := range days {
		out = append(out, d.Midnight(time.UTC))
	}
	return out
}
