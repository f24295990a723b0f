//! Choices and data of a template, which follow from earlier answers and from what is given for them.

use anyhow::Result;
use serde_json::Value as Json;

use super::Interview;
use crate::scaffold::answers::Origin;
use crate::scaffold::overlay;
use crate::scaffold::question::{Choice, Default, Kind, Question};
use crate::scaffold::rule::Refusal;
use crate::scaffold::value::Value;

impl Interview<'_> {
    /// The question with its choices as they are now, where they follow from earlier answers.
    pub(super) fn with_choices(&self, question: &Question) -> Result<Option<Question>> {
        if !question.choices_are_code {
            return Ok(None);
        }
        let scope = self.scope();
        let render = |choice: &Choice| {
            let rendered = self.template.engine.render_text(&question.at, &choice.value, &scope);
            let value = rendered.map_err(|problem| self.template.broken(vec![problem]))?;
            let label = match choice.label == choice.value {
                true => value.clone(),
                false => choice.label.clone(),
            };
            Ok(Choice { value, label })
        };
        let choices = question.kind.choices().iter().map(render).collect::<Result<_>>()?;
        Ok(Some(Question {
            kind: Kind::Choice(choices),
            ..question.clone()
        }))
    }

    /// What is given for data changes the template's own, key by key; what is typed at a prompt takes its place.
    pub(super) fn laid_over_default(
        &mut self,
        question: &Question,
        origin: Origin,
        given: Result<Value, Refusal>,
    ) -> Result<Result<Value, Refusal>> {
        let is_data = matches!(question.kind, Kind::Dictionary | Kind::Data);
        match given {
            Ok(given) if is_data && origin != Origin::Prompt => {
                let (own, at) = match &question.default {
                    Some(Default::Data { data, at }) => (data.clone(), Some(at)),
                    Some(Default::Plain(data)) => (data.clone(), None),
                    _ => ((&question.nothing()).into(), None),
                };
                let laid = match overlay::laid_over(own, (&given).into()) {
                    Ok(laid) => laid,
                    Err(reason) => return Ok(Err(Refusal::new(reason))),
                };
                self.answers.laid.insert(question.key.clone(), laid.clone());
                let rendered = at.map_or(Ok(laid.clone()), |at| self.rendered(&laid, at))?;
                Ok(Ok(Value::from(rendered)))
            }
            given => Ok(given),
        }
    }

    /// Data with every text in it rendered.
    pub(super) fn rendered(&self, data: &Json, at: &str) -> Result<Json> {
        let scope = self.scope();
        let render = |text: &str| self.template.engine.render_text(at, text, &scope);
        let rendered = overlay::rendered(data, &render);
        rendered.map_err(|problem| self.template.broken(vec![problem]).into())
    }
}
