package remedies

// worldPorts are the parameters of ec2-close-world-ports.
type worldPorts struct {
	Allowed    []int32 `json:"allowed"`
	AllowedUDP []int32 `json:"allowed-udp"`
	HighRisk   []int32 `json:"high-risk"` // nil for the control's own
}

// A closing is what a control wants closed to the world.
type closing struct {
	tcp, udp []span
	worlds   []string
}

var bothWorlds = []string{anyIPv4, anyIPv6}

// riskyPorts are the ports of EC2.19, commonPorts those of Config's rule.
//
// Source: Security Hub user guide, EC2.19; AWS Config developer guide, restricted-common-ports (blockedPort1 to blockedPort5).
var (
	riskyPorts  = []int32{20, 21, 22, 23, 25, 110, 135, 143, 445, 1433, 1434, 3000, 3306, 3389, 4333, 5000, 5432, 5500, 5601, 8080, 8088, 8888, 9200, 9300}
	commonPorts = []int32{20, 21, 3306, 3389, 4333}
)

// worldControls say what each control wants closed.
//
// Source: Security Hub user guide, "Security Hub controls for Amazon EC2"; AWS Config developer guide, "List of AWS Config Managed Rules".
var worldControls = map[string]func(worldPorts) closing{
	"securityhub:EC2.13":    func(worldPorts) closing { return closed(bothWorlds, 22) },
	"securityhub:EC2.14":    func(worldPorts) closing { return closed(bothWorlds, 3389) },
	"securityhub:EC2.18":    allBut,
	"securityhub:EC2.19":    func(with worldPorts) closing { return closed(bothWorlds, with.highRisk(riskyPorts)...) },
	"securityhub:EC2.53":    func(worldPorts) closing { return closed([]string{anyIPv4}, 22, 3389) },
	"securityhub:EC2.54":    func(worldPorts) closing { return closed([]string{anyIPv6}, 22, 3389) },
	"config:restricted-ssh": func(worldPorts) closing { return closing{tcp: spans([]int32{22}), worlds: bothWorlds} },
	"config:restricted-common-ports": func(with worldPorts) closing {
		return closing{tcp: spans(with.highRisk(commonPorts)), worlds: bothWorlds}
	},
	"config:vpc-sg-open-only-to-authorized-ports": allBut,
}

// highRisk is what the rule names, or else a control's own ports.
func (with worldPorts) highRisk(own []int32) []int32 {
	if with.HighRisk != nil {
		return with.HighRisk
	}
	return own
}

// closed closes some ports, whatever protocol they are spoken to in.
func closed(worlds []string, ports ...int32) closing {
	return closing{tcp: spans(ports), udp: spans(ports), worlds: worlds}
}

// allBut closes all ports but the allowed ones.
func allBut(with worldPorts) closing {
	return closing{tcp: allPorts.without(spans(with.Allowed)), udp: allPorts.without(spans(with.AllowedUDP)), worlds: bothWorlds}
}
