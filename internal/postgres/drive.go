package postgres

import (
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/ids"
)

// TripsBetween lists arrivals by car that no drive is measured of yet, with the
// visit of the same round that the technician turned to before: its site is where
// they set out, if they got there.
func (t *tx) TripsBetween(ctx context.Context, region ids.ID, from, until time.Time, after dispatch.TripCursor, limit int) ([]dispatch.Trip, error) {
	return list[dispatch.Trip](ctx, t, "reading arrivals",
		`select v.id as visit_id, v.departed_at, v.arrived_at,
		     case when b.id is null then array[t.home_lon, t.home_lat]
		          else array[coalesce(bs.access_lon, bs.lon), coalesce(bs.access_lat, bs.lat)] end as "from",
		     not s.unplaced and (b.id is null or b.arrived_at is not null and not bs.unplaced) as known, b.completed_at as before_done,
		     array[coalesce(s.access_lon, s.lon), coalesce(s.access_lat, s.lat)] as "to",
		     s.access_minutes + s.walk_minutes as entry_minutes, p.floor, h.break_from, h.break_until, h.break_minutes
		 from visits v
		 join technicians t on t.id = v.technician_id and t.mode = 'car'
		 join shifts h on h.id = v.shift_id
		 join sites s on s.id = v.site_id
		 join people p on p.id = v.person_id
		 left join lateral (
		     select o.id, o.site_id, o.arrived_at, o.completed_at from visits o
		     where o.round_id = v.round_id and o.id <> v.id and o.departed_at <= v.departed_at
		     order by o.departed_at desc, o.id desc limit 1) b on true
		 left join sites bs on bs.id = b.site_id
		 where v.region_id = $1 and v.departed_at is not null and v.arrived_at >= $2 and v.arrived_at < $3
		     and (v.arrived_at, v.id) > ($4, $5) and not exists (select from drives d where d.visit_id = v.id)
		 order by v.arrived_at, v.id limit $6`, region, from, until, after.At, after.Visit, limit)
}

// AddDrives keeps drives, those of visits without one.
func (t *tx) AddDrives(ctx context.Context, drives []dispatch.Drive) error {
	n := len(drives)
	visits, regions, departed, kinds := make([]ids.ID, n), make([]ids.ID, n), make([]time.Time, n), make([]string, n)
	hours, took, road := make([]int, n), make([]int, n), make([]int, n)
	for i, d := range drives {
		visits[i], regions[i], departed[i], kinds[i] = d.VisitID, d.RegionID, d.DepartedAt, string(d.Kind)
		hours[i], took[i], road[i] = d.Hour, d.TookSeconds, d.RoadSeconds
	}
	return run(ctx, t, "keeping drives",
		`insert into drives (visit_id, region_id, departed_at, kind, hour, took_seconds, road_seconds)
		 select * from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::text[], $5::int[], $6::int[], $7::int[])
		 on conflict (visit_id) do nothing`, visits, regions, departed, kinds, hours, took, road)
}

// DrivesSince lists a region's drives, the earliest first.
func (t *tx) DrivesSince(ctx context.Context, region ids.ID, since time.Time) ([]dispatch.Drive, error) {
	return list[dispatch.Drive](ctx, t, "reading drives",
		`select visit_id, region_id, departed_at, kind, hour, took_seconds, road_seconds from drives
		 where region_id = $1 and departed_at >= $2 order by departed_at, visit_id`, region, since)
}

// DropDrives forgets a region's drives of before then.
func (t *tx) DropDrives(ctx context.Context, region ids.ID, before time.Time) error {
	return run(ctx, t, "forgetting drives", `delete from drives where region_id = $1 and departed_at < $2`, region, before)
}

// ClosuresDuring gives closures that held at any time of a period.
func (t *tx) ClosuresDuring(ctx context.Context, from, until time.Time) ([]dispatch.Closure, error) {
	return list[dispatch.Closure](ctx, t, "reading the closures of a period",
		`select `+closureColumns+` from closures
		 where coalesce(ended_at, closed_until, 'infinity') > $1 and closed_from < $2 order by id`, from, until)
}
