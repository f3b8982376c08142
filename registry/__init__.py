"""The domain: deposits, prospecting objects, licences, countries, policy frameworks, and who said what about them."""
