package tags

// wires are the services, with their answers as their API references show them.
var wires = map[string]wire{
	"ec2": {
		r: at("AWS::EC2::Volume", "arn:aws:ec2:eu-west-1:111122223333:volume/vol-0123456789abcdef0"), speaks: ec2Query, gone: "InvalidVolume.NotFound",
		answers: map[string]string{
			"DescribeTags": `<DescribeTagsResponse><tagSet><item><key>aws:x</key><value>1</value></item><item><key>Keep</key><value>k</value></item>` +
				`<item><key>Old</key><value>o</value></item><item><key>role</key><value>a</value></item></tagSet></DescribeTagsResponse>`,
			"CreateTags": `<CreateTagsResponse><return>true</return></CreateTagsResponse>`,
			"DeleteTags": `<DeleteTagsResponse><return>true</return></DeleteTagsResponse>`,
		},
		read: []string{
			`DescribeTags Action=DescribeTags&Filter.1.Name=resource-id&Filter.1.Value.1=vol-0123456789abcdef0&Version=2016-11-15`,
		},
		write: []string{
			`CreateTags Action=CreateTags&ResourceId.1=vol-0123456789abcdef0&Tag.1.Key=New&Tag.1.Value=&Tag.2.Key=Owner&Tag.2.Value=a&Version=2016-11-15`,
			`DeleteTags Action=DeleteTags&ResourceId.1=vol-0123456789abcdef0&Tag.1.Key=Old&Tag.1.Value=o&Tag.2.Key=role&Tag.2.Value=a&Version=2016-11-15`,
		},
	},
	"rds": {
		r: at("AWS::RDS::DBInstance", "arn:aws:rds:eu-west-1:111122223333:db:orders"), speaks: query, gone: "DBInstanceNotFound",
		answers: map[string]string{
			"ListTagsForResource":    `<ListTagsForResourceResponse><ListTagsForResourceResult><TagList>` + xmlTags + `</TagList></ListTagsForResourceResult></ListTagsForResourceResponse>`,
			"AddTagsToResource":      `<AddTagsToResourceResponse></AddTagsToResourceResponse>`,
			"RemoveTagsFromResource": `<RemoveTagsFromResourceResponse></RemoveTagsFromResourceResponse>`,
		},
		read: []string{
			`ListTagsForResource Action=ListTagsForResource&ResourceName=arn:aws:rds:eu-west-1:111122223333:db:orders&Version=2014-10-31`,
		},
		write: []string{
			`AddTagsToResource Action=AddTagsToResource&ResourceName=arn:aws:rds:eu-west-1:111122223333:db:orders&Tags.Tag.1.Key=New&Tags.Tag.1.Value=&Tags.Tag.2.Key=Owner&Tags.Tag.2.Value=a&Version=2014-10-31`,
			`RemoveTagsFromResource Action=RemoveTagsFromResource&ResourceName=arn:aws:rds:eu-west-1:111122223333:db:orders&TagKeys.member.1=Old&TagKeys.member.2=role&Version=2014-10-31`,
		},
	},
	"lambda": {
		r: at("AWS::Lambda::Function", "arn:aws:lambda:eu-west-1:111122223333:function:orders"), speaks: awsJSON, gone: "ResourceNotFoundException",
		answers: map[string]string{"ListTags": `{"Tags":` + jsonMap + `}`, "TagResource": ``, "UntagResource": ``},
		read: []string{
			`ListTags 2017-03-31/tags/arn:aws:lambda:eu-west-1:111122223333:function:orders`,
		},
		write: []string{
			`TagResource 2017-03-31/tags/arn:aws:lambda:eu-west-1:111122223333:function:orders {"Tags":{"New":"","Owner":"a"}}`,
			`UntagResource 2017-03-31/tags/arn:aws:lambda:eu-west-1:111122223333:function:orders?tagKeys=Old&tagKeys=role`,
		},
	},
	"dynamodb": {
		r: at("AWS::DynamoDB::Table", "arn:aws:dynamodb:eu-west-1:111122223333:table/orders"), speaks: awsJSON, gone: "ResourceNotFoundException",
		answers: map[string]string{"ListTagsOfResource": `{"Tags":` + jsonList + `}`, "TagResource": `{}`, "UntagResource": `{}`},
		read: []string{
			`ListTagsOfResource {"ResourceArn":"arn:aws:dynamodb:eu-west-1:111122223333:table/orders"}`,
		},
		write: []string{
			`TagResource {"ResourceArn":"arn:aws:dynamodb:eu-west-1:111122223333:table/orders","Tags":[{"Key":"New","Value":""},{"Key":"Owner","Value":"a"}]}`,
			`UntagResource {"ResourceArn":"arn:aws:dynamodb:eu-west-1:111122223333:table/orders","TagKeys":["Old","role"]}`,
		},
	},
	"iam role": {
		r: at("AWS::IAM::Role", "arn:aws:iam::111122223333:role/app/orders"), speaks: query, gone: "NoSuchEntity",
		answers: iamAnswers("Role"),
		read: []string{
			`ListRoleTags Action=ListRoleTags&RoleName=orders&Version=2010-05-08`,
		},
		write: []string{
			`TagRole Action=TagRole&RoleName=orders&Tags.member.1.Key=New&Tags.member.1.Value=&Tags.member.2.Key=Owner&Tags.member.2.Value=a&Version=2010-05-08`,
			`UntagRole Action=UntagRole&RoleName=orders&TagKeys.member.1=Old&TagKeys.member.2=role&Version=2010-05-08`,
		},
	},
	"iam user": {
		r: at("AWS::IAM::User", "arn:aws:iam::111122223333:user/ann"), speaks: query, gone: "NoSuchEntity",
		answers: iamAnswers("User"),
		read: []string{
			`ListUserTags Action=ListUserTags&UserName=ann&Version=2010-05-08`,
		},
		write: []string{
			`TagUser Action=TagUser&Tags.member.1.Key=New&Tags.member.1.Value=&Tags.member.2.Key=Owner&Tags.member.2.Value=a&UserName=ann&Version=2010-05-08`,
			`UntagUser Action=UntagUser&TagKeys.member.1=Old&TagKeys.member.2=role&UserName=ann&Version=2010-05-08`,
		},
	},
	"iam policy": {
		r: at("AWS::IAM::Policy", "arn:aws:iam::111122223333:policy/app/orders"), speaks: query, gone: "NoSuchEntity",
		answers: iamAnswers("Policy"),
		read: []string{
			`ListPolicyTags Action=ListPolicyTags&PolicyArn=arn:aws:iam::111122223333:policy/app/orders&Version=2010-05-08`,
		},
		write: []string{
			`TagPolicy Action=TagPolicy&PolicyArn=arn:aws:iam::111122223333:policy/app/orders&Tags.member.1.Key=New&Tags.member.1.Value=&Tags.member.2.Key=Owner&Tags.member.2.Value=a&Version=2010-05-08`,
			`UntagPolicy Action=UntagPolicy&PolicyArn=arn:aws:iam::111122223333:policy/app/orders&TagKeys.member.1=Old&TagKeys.member.2=role&Version=2010-05-08`,
		},
	},
	"iam instance profile": {
		r: at("AWS::IAM::InstanceProfile", "arn:aws:iam::111122223333:instance-profile/app/orders"), speaks: query, gone: "NoSuchEntity",
		answers: iamAnswers("InstanceProfile"),
		read: []string{
			`ListInstanceProfileTags Action=ListInstanceProfileTags&InstanceProfileName=orders&Version=2010-05-08`,
		},
		write: []string{
			`TagInstanceProfile Action=TagInstanceProfile&InstanceProfileName=orders&Tags.member.1.Key=New&Tags.member.1.Value=&Tags.member.2.Key=Owner&Tags.member.2.Value=a&Version=2010-05-08`,
			`UntagInstanceProfile Action=UntagInstanceProfile&InstanceProfileName=orders&TagKeys.member.1=Old&TagKeys.member.2=role&Version=2010-05-08`,
		},
	},
	"iam oidc provider": {
		r: at("AWS::IAM::OIDCProvider", "arn:aws:iam::111122223333:oidc-provider/example.com/id"), speaks: query, gone: "NoSuchEntity",
		answers: iamAnswers("OpenIDConnectProvider"),
		read: []string{
			`ListOpenIDConnectProviderTags Action=ListOpenIDConnectProviderTags&OpenIDConnectProviderArn=arn:aws:iam::111122223333:oidc-provider/example.com/id&Version=2010-05-08`,
		},
		write: []string{
			`TagOpenIDConnectProvider Action=TagOpenIDConnectProvider&OpenIDConnectProviderArn=arn:aws:iam::111122223333:oidc-provider/example.com/id&Tags.member.1.Key=New&Tags.member.1.Value=&Tags.member.2.Key=Owner&Tags.member.2.Value=a&Version=2010-05-08`,
			`UntagOpenIDConnectProvider Action=UntagOpenIDConnectProvider&OpenIDConnectProviderArn=arn:aws:iam::111122223333:oidc-provider/example.com/id&TagKeys.member.1=Old&TagKeys.member.2=role&Version=2010-05-08`,
		},
	},
	"iam saml provider": {
		r: at("AWS::IAM::SAMLProvider", "arn:aws:iam::111122223333:saml-provider/example"), speaks: query, gone: "NoSuchEntity",
		answers: iamAnswers("SAMLProvider"),
		read: []string{
			`ListSAMLProviderTags Action=ListSAMLProviderTags&SAMLProviderArn=arn:aws:iam::111122223333:saml-provider/example&Version=2010-05-08`,
		},
		write: []string{
			`TagSAMLProvider Action=TagSAMLProvider&SAMLProviderArn=arn:aws:iam::111122223333:saml-provider/example&Tags.member.1.Key=New&Tags.member.1.Value=&Tags.member.2.Key=Owner&Tags.member.2.Value=a&Version=2010-05-08`,
			`UntagSAMLProvider Action=UntagSAMLProvider&SAMLProviderArn=arn:aws:iam::111122223333:saml-provider/example&TagKeys.member.1=Old&TagKeys.member.2=role&Version=2010-05-08`,
		},
	},
	"iam mfa device": {
		r: at("AWS::IAM::VirtualMFADevice", "arn:aws:iam::111122223333:mfa/ann"), speaks: query, gone: "NoSuchEntity",
		answers: iamAnswers("MFADevice"),
		read: []string{
			`ListMFADeviceTags Action=ListMFADeviceTags&SerialNumber=arn:aws:iam::111122223333:mfa/ann&Version=2010-05-08`,
		},
		write: []string{
			`TagMFADevice Action=TagMFADevice&SerialNumber=arn:aws:iam::111122223333:mfa/ann&Tags.member.1.Key=New&Tags.member.1.Value=&Tags.member.2.Key=Owner&Tags.member.2.Value=a&Version=2010-05-08`,
			`UntagMFADevice Action=UntagMFADevice&SerialNumber=arn:aws:iam::111122223333:mfa/ann&TagKeys.member.1=Old&TagKeys.member.2=role&Version=2010-05-08`,
		},
	},
	"iam server certificate": {
		r: at("AWS::IAM::ServerCertificate", "arn:aws:iam::111122223333:server-certificate/app/example"), speaks: query, gone: "NoSuchEntity",
		answers: iamAnswers("ServerCertificate"),
		read: []string{
			`ListServerCertificateTags Action=ListServerCertificateTags&ServerCertificateName=example&Version=2010-05-08`,
		},
		write: []string{
			`TagServerCertificate Action=TagServerCertificate&ServerCertificateName=example&Tags.member.1.Key=New&Tags.member.1.Value=&Tags.member.2.Key=Owner&Tags.member.2.Value=a&Version=2010-05-08`,
			`UntagServerCertificate Action=UntagServerCertificate&ServerCertificateName=example&TagKeys.member.1=Old&TagKeys.member.2=role&Version=2010-05-08`,
		},
	},
	"kms": {
		r: at("AWS::KMS::Key", "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"), speaks: awsJSON, gone: "NotFoundException",
		answers: map[string]string{"ListResourceTags": `{"Tags":` + jsonKMS + `,"Truncated":false}`, "TagResource": ``, "UntagResource": ``},
		read: []string{
			`ListResourceTags {"KeyId":"arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}`,
		},
		write: []string{
			`TagResource {"KeyId":"arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab","Tags":[{"TagKey":"New","TagValue":""},{"TagKey":"Owner","TagValue":"a"}]}`,
			`UntagResource {"KeyId":"arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab","TagKeys":["Old","role"]}`,
		},
	},
	"sns": {
		r: at("AWS::SNS::Topic", "arn:aws:sns:eu-west-1:111122223333:orders"), speaks: query, gone: "ResourceNotFound",
		answers: map[string]string{
			"ListTagsForResource": `<ListTagsForResourceResponse><ListTagsForResourceResult><Tags>` + xmlMembers + `</Tags></ListTagsForResourceResult></ListTagsForResourceResponse>`,
			"TagResource":         `<TagResourceResponse><TagResourceResult/></TagResourceResponse>`,
			"UntagResource":       `<UntagResourceResponse><UntagResourceResult/></UntagResourceResponse>`,
		},
		read: []string{
			`ListTagsForResource Action=ListTagsForResource&ResourceArn=arn:aws:sns:eu-west-1:111122223333:orders&Version=2010-03-31`,
		},
		write: []string{
			`TagResource Action=TagResource&ResourceArn=arn:aws:sns:eu-west-1:111122223333:orders&Tags.member.1.Key=New&Tags.member.1.Value=&Tags.member.2.Key=Owner&Tags.member.2.Value=a&Version=2010-03-31`,
			`UntagResource Action=UntagResource&ResourceArn=arn:aws:sns:eu-west-1:111122223333:orders&TagKeys.member.1=Old&TagKeys.member.2=role&Version=2010-03-31`,
		},
	},
	"sqs": {
		r: at("AWS::SQS::Queue", "arn:aws:sqs:eu-west-1:111122223333:orders"), speaks: awsJSON, gone: "QueueDoesNotExist",
		answers: map[string]string{
			"GetQueueUrl": `{"QueueUrl":"https://sqs.eu-west-1.amazonaws.com/111122223333/orders"}`, "ListQueueTags": `{"Tags":` + jsonMap + `}`, "TagQueue": `{}`, "UntagQueue": `{}`,
		},
		read: []string{
			`GetQueueUrl {"QueueName":"orders","QueueOwnerAWSAccountId":"111122223333"}`,
			`ListQueueTags {"QueueUrl":"https://sqs.eu-west-1.amazonaws.com/111122223333/orders"}`,
		},
		write: []string{
			`GetQueueUrl {"QueueName":"orders","QueueOwnerAWSAccountId":"111122223333"}`,
			`TagQueue {"QueueUrl":"https://sqs.eu-west-1.amazonaws.com/111122223333/orders","Tags":{"New":"","Owner":"a"}}`,
			`UntagQueue {"QueueUrl":"https://sqs.eu-west-1.amazonaws.com/111122223333/orders","TagKeys":["Old","role"]}`,
		},
	},
	"logs": {
		r: at("AWS::Logs::LogGroup", "arn:aws:logs:eu-west-1:111122223333:log-group:/app/orders:*"), speaks: awsJSON, gone: "ResourceNotFoundException",
		answers: map[string]string{"ListTagsForResource": `{"tags":` + jsonMap + `}`, "TagResource": ``, "UntagResource": ``},
		read: []string{
			`ListTagsForResource {"resourceArn":"arn:aws:logs:eu-west-1:111122223333:log-group:/app/orders"}`,
		},
		write: []string{
			`TagResource {"resourceArn":"arn:aws:logs:eu-west-1:111122223333:log-group:/app/orders","tags":{"New":"","Owner":"a"}}`,
			`UntagResource {"resourceArn":"arn:aws:logs:eu-west-1:111122223333:log-group:/app/orders","tagKeys":["Old","role"]}`,
		},
	},
	"elbv2": {
		r:      at("AWS::ElasticLoadBalancingV2::LoadBalancer", "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/orders/0123456789abcdef"),
		speaks: query, gone: "LoadBalancerNotFound",
		answers: map[string]string{
			"DescribeTags": `<DescribeTagsResponse><DescribeTagsResult><TagDescriptions><member><ResourceArn>arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/orders/0123456789abcdef</ResourceArn>` +
				`<Tags>` + xmlMembers + `</Tags></member></TagDescriptions></DescribeTagsResult></DescribeTagsResponse>`,
			"AddTags":    `<AddTagsResponse><AddTagsResult/></AddTagsResponse>`,
			"RemoveTags": `<RemoveTagsResponse><RemoveTagsResult/></RemoveTagsResponse>`,
		},
		read: []string{
			`DescribeTags Action=DescribeTags&ResourceArns.member.1=arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/orders/0123456789abcdef&Version=2015-12-01`,
		},
		write: []string{
			`AddTags Action=AddTags&ResourceArns.member.1=arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/orders/0123456789abcdef&Tags.member.1.Key=New&Tags.member.1.Value=&Tags.member.2.Key=Owner&Tags.member.2.Value=a&Version=2015-12-01`,
			`RemoveTags Action=RemoveTags&ResourceArns.member.1=arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/orders/0123456789abcdef&TagKeys.member.1=Old&TagKeys.member.2=role&Version=2015-12-01`,
		},
	},
	"ecs": {
		r: at("AWS::ECS::Service", "arn:aws:ecs:eu-west-1:111122223333:service/shop/orders"), speaks: awsJSON, gone: "ResourceNotFoundException",
		answers: map[string]string{"ListTagsForResource": `{"tags":` + jsonLower + `}`, "TagResource": `{}`, "UntagResource": `{}`},
		read: []string{
			`ListTagsForResource {"resourceArn":"arn:aws:ecs:eu-west-1:111122223333:service/shop/orders"}`,
		},
		write: []string{
			`TagResource {"resourceArn":"arn:aws:ecs:eu-west-1:111122223333:service/shop/orders","tags":[{"key":"New","value":""},{"key":"Owner","value":"a"}]}`,
			`UntagResource {"resourceArn":"arn:aws:ecs:eu-west-1:111122223333:service/shop/orders","tagKeys":["Old","role"]}`,
		},
	},
	"eks": {
		r: at("AWS::EKS::Cluster", "arn:aws:eks:eu-west-1:111122223333:cluster/shop"), speaks: awsJSON, gone: "NotFoundException",
		answers: map[string]string{"ListTagsForResource": `{"tags":` + jsonMap + `}`, "TagResource": `{}`, "UntagResource": `{}`},
		read: []string{
			`ListTagsForResource tags/arn:aws:eks:eu-west-1:111122223333:cluster/shop`,
		},
		write: []string{
			`TagResource tags/arn:aws:eks:eu-west-1:111122223333:cluster/shop {"tags":{"New":"","Owner":"a"}}`,
			`UntagResource tags/arn:aws:eks:eu-west-1:111122223333:cluster/shop?tagKeys=Old&tagKeys=role`,
		},
	},
	"secretsmanager": {
		r: at("AWS::SecretsManager::Secret", "arn:aws:secretsmanager:eu-west-1:111122223333:secret:orders-AbCdEf"), speaks: awsJSON, gone: "ResourceNotFoundException",
		answers: map[string]string{"DescribeSecret": `{"Name":"orders","Tags":` + jsonList + `}`, "TagResource": ``, "UntagResource": ``},
		read: []string{
			`DescribeSecret {"SecretId":"arn:aws:secretsmanager:eu-west-1:111122223333:secret:orders-AbCdEf"}`,
		},
		write: []string{
			`TagResource {"SecretId":"arn:aws:secretsmanager:eu-west-1:111122223333:secret:orders-AbCdEf","Tags":[{"Key":"New","Value":""},{"Key":"Owner","Value":"a"}]}`,
			`UntagResource {"SecretId":"arn:aws:secretsmanager:eu-west-1:111122223333:secret:orders-AbCdEf","TagKeys":["Old","role"]}`,
		},
	},
	"ssm": {
		r: at("AWS::SSM::Parameter", "arn:aws:ssm:eu-west-1:111122223333:parameter/app/orders"), speaks: awsJSON, gone: "InvalidResourceId",
		answers: map[string]string{"ListTagsForResource": `{"TagList":` + jsonList + `}`, "AddTagsToResource": `{}`, "RemoveTagsFromResource": `{}`},
		read: []string{
			`ListTagsForResource {"ResourceId":"/app/orders","ResourceType":"Parameter"}`,
		},
		write: []string{
			`AddTagsToResource {"ResourceId":"/app/orders","ResourceType":"Parameter","Tags":[{"Key":"New","Value":""},{"Key":"Owner","Value":"a"}]}`,
			`RemoveTagsFromResource {"ResourceId":"/app/orders","ResourceType":"Parameter","TagKeys":["Old","role"]}`,
		},
	},
	"ecr": {
		r: at("AWS::ECR::Repository", "arn:aws:ecr:eu-west-1:111122223333:repository/shop/orders"), speaks: awsJSON, gone: "RepositoryNotFoundException",
		answers: map[string]string{"ListTagsForResource": `{"tags":` + jsonList + `}`, "TagResource": `{}`, "UntagResource": `{}`},
		read: []string{
			`ListTagsForResource {"resourceArn":"arn:aws:ecr:eu-west-1:111122223333:repository/shop/orders"}`,
		},
		write: []string{
			`TagResource {"resourceArn":"arn:aws:ecr:eu-west-1:111122223333:repository/shop/orders","tags":[{"Key":"New","Value":""},{"Key":"Owner","Value":"a"}]}`,
			`UntagResource {"resourceArn":"arn:aws:ecr:eu-west-1:111122223333:repository/shop/orders","tagKeys":["Old","role"]}`,
		},
	},
	"events": {
		r: at("AWS::Events::Rule", "arn:aws:events:eu-west-1:111122223333:rule/bus/orders"), speaks: awsJSON, gone: "ResourceNotFoundException",
		answers: map[string]string{"ListTagsForResource": `{"Tags":` + jsonList + `}`, "TagResource": `{}`, "UntagResource": `{}`},
		read: []string{
			`ListTagsForResource {"ResourceARN":"arn:aws:events:eu-west-1:111122223333:rule/bus/orders"}`,
		},
		write: []string{
			`TagResource {"ResourceARN":"arn:aws:events:eu-west-1:111122223333:rule/bus/orders","Tags":[{"Key":"New","Value":""},{"Key":"Owner","Value":"a"}]}`,
			`UntagResource {"ResourceARN":"arn:aws:events:eu-west-1:111122223333:rule/bus/orders","TagKeys":["Old","role"]}`,
		},
	},
	"states": {
		r: at("AWS::StepFunctions::StateMachine", "arn:aws:states:eu-west-1:111122223333:stateMachine:orders"), speaks: awsJSON, gone: "ResourceNotFound",
		answers: map[string]string{"ListTagsForResource": `{"tags":` + jsonLower + `}`, "TagResource": `{}`, "UntagResource": `{}`},
		read: []string{
			`ListTagsForResource {"resourceArn":"arn:aws:states:eu-west-1:111122223333:stateMachine:orders"}`,
		},
		write: []string{
			`TagResource {"resourceArn":"arn:aws:states:eu-west-1:111122223333:stateMachine:orders","tags":[{"key":"New","value":""},{"key":"Owner","value":"a"}]}`,
			`UntagResource {"resourceArn":"arn:aws:states:eu-west-1:111122223333:stateMachine:orders","tagKeys":["Old","role"]}`,
		},
	},
	"s3": {
		r: at("AWS::S3::Bucket", "arn:aws:s3:::orders"), speaks: restXML, gone: "NoSuchBucket",
		answers: map[string]string{"GetBucketTagging": `<Tagging><TagSet>` + xmlTags + `</TagSet></Tagging>`, "PutBucketTagging": ``, "GetBucketAbac": `<AbacStatus><Status>Disabled</Status></AbacStatus>`},
		read: []string{
			`GetBucketTagging orders.s3.eu-west-1.amazonaws.com/?tagging=`,
		},
		write: []string{
			`GetBucketTagging orders.s3.eu-west-1.amazonaws.com/?tagging=`,
			`PutBucketTagging orders.s3.eu-west-1.amazonaws.com/?tagging= <Tagging xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><TagSet><Tag><Key>Keep</Key><Value>k</Value></Tag><Tag><Key>New</Key><Value></Value></Tag><Tag><Key>Owner</Key><Value>a</Value></Tag><Tag><Key>aws:x</Key><Value>1</Value></Tag></TagSet></Tagging>`,
		},
	},
	"s3 access point": {
		r: at("AWS::S3::AccessPoint", "arn:aws:s3:eu-west-1:111122223333:accesspoint/orders"), speaks: query, gone: "NoSuchAccessPoint",
		answers: map[string]string{"ListTagsForResource": `<ListTagsForResourceResult><Tags>` + xmlTags + `</Tags></ListTagsForResourceResult>`, "TagResource": ``, "UntagResource": ``},
		read: []string{
			`ListTagsForResource 111122223333.s3-control.eu-west-1.amazonaws.com/v20180820/tags/arn:aws:s3:eu-west-1:111122223333:accesspoint/orders`,
		},
		write: []string{
			`TagResource 111122223333.s3-control.eu-west-1.amazonaws.com/v20180820/tags/arn:aws:s3:eu-west-1:111122223333:accesspoint/orders <TagResourceRequest xmlns="http://awss3control.amazonaws.com/doc/2018-08-20/"><Tags><Tag><Key>New</Key><Value></Value></Tag><Tag><Key>Owner</Key><Value>a</Value></Tag></Tags></TagResourceRequest>`,
			`UntagResource 111122223333.s3-control.eu-west-1.amazonaws.com/v20180820/tags/arn:aws:s3:eu-west-1:111122223333:accesspoint/orders?tagKeys=Old&tagKeys=role`,
		},
	},
	"glue by the tagging api": {
		r: at("AWS::Glue::Job", "arn:aws:glue:eu-west-1:111122223333:job/orders"), speaks: awsJSON,
		answers: map[string]string{
			"GetResources": `{"PaginationToken":"","ResourceTagMappingList":[{"ResourceARN":"arn:aws:glue:eu-west-1:111122223333:job/others","Tags":[]},` +
				`{"ResourceARN":"arn:aws:glue:eu-west-1:111122223333:job/orders","Tags":` + jsonList + `}]}`,
			"TagResources": `{"FailedResourcesMap":{}}`, "UntagResources": `{}`,
		},
		read: []string{
			`GetResources {"ResourceARNList":["arn:aws:glue:eu-west-1:111122223333:job/orders"]}`,
		},
		write: []string{
			`TagResources {"ResourceARNList":["arn:aws:glue:eu-west-1:111122223333:job/orders"],"Tags":{"New":"","Owner":"a"}}`,
			`UntagResources {"ResourceARNList":["arn:aws:glue:eu-west-1:111122223333:job/orders"],"TagKeys":["Old","role"]}`,
		},
	},
}

func iamAnswers(noun string) map[string]string {
	return map[string]string{
		"List" + noun + "Tags": `<R><List` + noun + `TagsResult><Tags>` + xmlMembers + `</Tags><IsTruncated>false</IsTruncated></List` + noun + `TagsResult></R>`,
		"Tag" + noun:           `<R></R>`,
		"Untag" + noun:         `<R></R>`,
	}
}
