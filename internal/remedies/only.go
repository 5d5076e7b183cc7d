package remedies

import "fmt"

// only is the one thing that AWS gives for one id or name. AWS answers one that it does not know with an error, so that an empty answer says nothing.
func only[T any](tried string, given []T) (T, error) {
	if len(given) != 1 {
		var none T
		return none, fmt.Errorf("%s: AWS gave %d things for one name", tried, len(given))
	}
	return given[0], nil
}
