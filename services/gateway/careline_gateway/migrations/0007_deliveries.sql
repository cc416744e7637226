-- Whether letters with one-time codes leave the house, by the way they go: all gateways know of an outage that one of them meets,
-- and customers are told. Of whom nothing is kept.

CREATE TABLE gateway.deliveries (
    way          text        PRIMARY KEY CHECK (way IN ('email', 'sms')),
    failed_at    timestamptz,
    delivered_at timestamptz
);
GRANT SELECT, INSERT, UPDATE ON gateway.deliveries TO careline_gateway;
