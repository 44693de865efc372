//! Rules: those of files, those that are typed, and as flags of the program.

use procmonkey_parser::{Action, Column, FilterFile, Relation, Rule, StoredRule};
use serde_json::{Value, json};

use crate::question::{RuleAction, RuleText};

/// The rules of a filter file.
pub(crate) fn of_file(name: &str, file: &FilterFile) -> Value {
    let rules: Vec<Value> = file.filter().rules().iter().map(|rule| shown(rule, true)).collect();
    let unread: Vec<Value> = file.rules().iter().filter_map(unusable).collect();
    let losses: Vec<String> = file.losses().iter().map(ToString::to_string).collect();
    json!({ "name": name, "rules": rules, "unusable": unread, "losses": losses })
}

/// A rule of a file that a filter cannot apply.
fn unusable(rule: &StoredRule) -> Option<Value> {
    let error = rule.to_rule().err()?;
    Some(json!({ "value": rule.value(), "why": error.to_string() }))
}

fn shown(rule: &Rule, enabled: bool) -> Value {
    json!({
        "action": action(rule.action()),
        "text": rule.to_string(),
        "column": rule.column().name(),
        "relation": rule.relation().name(),
        "value": rule.value(),
        "enabled": enabled,
        "flags": flag(rule),
    })
}

fn action(action: Action) -> &'static str {
    match action {
        Action::Include => "include",
        Action::Exclude => "exclude",
    }
}

/// A rule that was typed.
///
/// # Errors
/// When it is not one.
pub(crate) fn typed(rule: &RuleText) -> Result<Value, String> {
    let rule = Rule::parse(&rule.text, rule.action.into()).map_err(|error| error.to_string())?;
    Ok(shown(&rule, true))
}

/// Rules as the program takes them.
///
/// # Errors
/// When one is not a rule.
pub(crate) fn flags(rules: &[RuleText]) -> Result<Value, String> {
    let one = |rule: &RuleText| {
        let action = match rule.action {
            RuleAction::Include => Action::Include,
            RuleAction::Exclude => Action::Exclude,
        };
        Rule::parse(&rule.text, action).map(|rule| flag(&rule)).map_err(|error| error.to_string())
    };
    let flags = rules.iter().map(one).collect::<Result<Vec<_>, _>>()?;
    Ok(json!({ "flags": flags.join(" ") }))
}

/// In single quotes, which both PowerShell and other shells take as they are.
fn flag(rule: &Rule) -> String {
    let name = match rule.action() {
        Action::Include => "--filter",
        Action::Exclude => "--exclude",
    };
    format!("{name} '{}'", rule.to_string().replace('\'', "'\\''"))
}

/// The words that rules are made of.
pub(crate) fn words() -> Value {
    let columns: Vec<&str> = Column::all().map(Column::name).collect();
    let relations: Vec<&str> = Relation::all().map(Relation::name).collect();
    json!({ "columns": columns, "relations": relations })
}
