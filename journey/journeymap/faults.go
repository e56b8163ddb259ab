package journeymap

import "github.com/lifecycle-go/lifecycle/metrics/fault"

// The faults of maps. Validate lists them for its callers.
const (
	faultName        fault.Code = "name-missing"           // a name that is required is empty
	faultDuplicate   fault.Code = "duplicate"              // the same name twice
	faultPurpose     fault.Code = "purpose-missing"        // a map that does not say what it is for
	faultAgreement   fault.Code = "agreement-incomplete"   // an agreement without department or day
	faultStages      fault.Code = "no-stages"              // a map without stages
	faultParent      fault.Code = "content-on-parent"      // a stage with parts that has lanes of its own
	faultDepth       fault.Code = "too-deep"               // stages nested too deep
	faultLane        fault.Code = "lane-refused"           // a lane that has no place in the kind of map
	faultLaneMissing fault.Code = "lane-missing"           // a lane that the kind of map expects
	faultTouchpoints fault.Code = "stage-no-touchpoints"   // a stage without touchpoints
	faultOwner       fault.Code = "touchpoint-no-owner"    // a touchpoint nobody is accountable for
	faultOwners      fault.Code = "two-accountable"        // several teams accountable for one thing
	faultInitiative  fault.Code = "pain-no-initiative"     // a touchpoint with a pain point and no initiative
	faultMetric      fault.Code = "kpi-no-metric"          // a KPI without a metric
	faultLevel       fault.Code = "handoff-no-level"       // a hand-off without a service level
	faultEmotion     fault.Code = "emotion-range"          // an emotion or feeling outside -2 to +2
	faultArc         fault.Code = "arc-range"              // a dramatic arc outside 1 to 5
	faultLink        fault.Code = "dangling-link"          // a name that is not there
	faultGoalDate    fault.Code = "goal-no-date"           // a goal without a day, or with one before its start
	faultGoal        fault.Code = "goal-not-smart"         // a goal without metric, owner, way or change
	faultPilot       fault.Code = "pilot-range"            // a pilot without time or share
	faultChance      fault.Code = "chance-range"           // counts, target or value that cannot be
	faultRank        fault.Code = "opportunity-not-ranked" // an opportunity map with an opportunity without figures
	faultVariants    fault.Code = "variants"               // a micro-journey without two variants of its stages
	faultSubject     fault.Code = "subject-missing"        // a map of a persona or segment that is not named
	faultWait        fault.Code = "no-waiting-time"        // a blueprint in which nothing waits and nobody approves
	faultComment     fault.Code = "comment-incomplete"     // a comment without author, text or id
	faultText        fault.Code = "empty-text"             // an entry without text
	faultLimit       fault.Code = "too-large"              // beyond the limits of the package
)
