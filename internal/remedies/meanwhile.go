package remedies

import "errors"

// errMeanwhile says that somebody wrote between our read and our write; the next try reads again.
var errMeanwhile = errors.New("somebody changed it meanwhile")
