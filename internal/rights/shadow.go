package rights

// Shadow is all that a function may do whose policy is only compared: take from its own queue and write its own log.
func Shadow() []Allowance { return []Allowance{consume, write} }
